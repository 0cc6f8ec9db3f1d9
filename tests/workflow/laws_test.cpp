// Laws that hold for every run: whatever happens to it, in whatever order, replaying its history
// gives the same state, event ids are dense and its stored form is complete. The Scenario checks
// them after every step.

#include "server/workflow/operations/external_result.h"
#include "tests/support/catch.h"
#include "tests/workflow/scenario.h"

#include <rapidcheck/catch.h>

using namespace server;
using namespace server::workflow;
using namespace server::workflow::test;

namespace {

// One random move that is possible in the present state; moves that are not are skipped.
class Player {
public:
    explicit Player(Scenario& run) : run_(run) {}

    void play(int move) {
        if (!run_.state().running()) return;
        switch (move % 20) {
        case 0: return start_task();
        case 1: return complete_task({});
        case 2: return complete_task({schedule_activity_command(fresh_id())});
        case 3: return complete_task({start_timer_command(fresh_id(), 3s)});
        case 4: return signal();
        case 5: return with_activity([this](EventId id) { start_activity(id); });
        case 6: return with_activity([this](EventId id) { (void)run_.complete_activity(id); });
        case 7: return with_activity([this](EventId id) { (void)run_.fail_activity(id); });
        case 8: return advance();
        case 9: return fail_task();
        case 10: return cancel_oldest();
        case 11: return complete_task({start_child_command(fresh_id())});
        case 12: return with_child([this](EventId id, const auto&) { child_started(id); });
        case 13:
            return with_child([this](EventId id, const std::string& workflow_id) {
                (void)run_.child_closed(id, completed_event(), workflow_id);
            });
        case 14:
            return with_child([this](EventId id, const auto&) {
                constexpr auto kCause =
                    enums::START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS;
                (void)run_.take(
                    record_child_start_failed(run_.state(), run_.environment(), id, kCause));
            });
        case 15: return complete_task({signal_external_command("other")});
        case 16: return complete_task({cancel_external_command("other")});
        case 17: return end_signal();
        case 18: return end_cancel();
        default: return complete_task({complete_command()});
        }
    }

private:
    std::string fresh_id() { return "id-" + std::to_string(++ids_); }

    // Refused as busy while a closing run has its next task started.
    void signal() {
        api::SignalWorkflowExecutionRequest request;
        request.set_signal_name("s");
        request.set_request_id(fresh_id());
        (void)run_.take(workflow::signal(run_.state(), run_.environment(), request));
    }
    void start_task() {
        const bool ready = run_.state().workflow_task() && !run_.state().workflow_task_started();
        if (ready) run_.start_task(run_.state().workflow_task()->task_queue());
    }
    void complete_task(std::vector<command::Command> commands) {
        if (!run_.state().workflow_task_started()) return;
        api::RespondWorkflowTaskCompletedRequest request;
        for (auto& command : commands) *request.add_commands() = std::move(command);
        if (ids_ % 2 == 0) {
            request.mutable_sticky_attributes()->mutable_worker_task_queue()->set_name("sticky");
            request.mutable_sticky_attributes()->mutable_schedule_to_start_timeout()->set_seconds(
                10);
        }
        request.set_return_new_workflow_task(ids_ % 3 == 0);
        (void)run_.try_complete_task(std::move(request));
    }
    void fail_task() {
        if (run_.state().workflow_task_started()) run_.fail_task();
    }
    template <class Do>
    void with_activity(Do act) {
        EventId oldest = 0;
        run_.state().activities().for_each([&](EventId id, const auto&) {
            if (oldest == 0) oldest = id;
        });
        if (oldest != 0) act(oldest);
    }
    template <class Do>
    void with_child(Do act) {
        EventId oldest = 0;
        std::string workflow_id;
        run_.state().children().for_each([&](EventId id, const auto& child) {
            if (oldest == 0) {
                oldest = id;
                workflow_id = child.workflow_id();
            }
        });
        if (oldest != 0) act(oldest, workflow_id);
    }
    void child_started(EventId id) { (void)run_.child_started(id); }
    void end_signal() {
        EventId last = 0;
        run_.state().external_signals().for_each([&](EventId id, const auto&) { last = id; });
        (void)run_.take(record_signal_delivered(run_.state(), run_.environment(), last));
    }
    void end_cancel() {
        EventId last = 0;
        run_.state().external_cancels().for_each([&](EventId id, const auto&) { last = id; });
        constexpr auto kCause = enums::
            CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND;
        (void)run_.take(record_cancel_failed(run_.state(), run_.environment(), last, kCause));
    }
    void start_activity(EventId id) {
        const auto* activity = run_.state().activities().find(id);
        const bool ready = activity->started_time_ns() == 0 &&
                           activity->scheduled_time_ns() <= unix_nanos(run_.now());
        if (ready) run_.start_activity(id);
    }
    void cancel_oldest() {
        EventId oldest = 0;
        run_.state().activities().for_each([&](EventId id, const auto&) { oldest = id; });
        if (oldest != 0) complete_task({cancel_activity_command(oldest)});
    }
    void advance() {
        run_.advance(2s);
        if (next_due(run_.state()) <= run_.now()) run_.fire_due();
    }

    Scenario& run_;
    int ids_ = 0;
};

}  // namespace

TEST_CASE("replay equals live state for random sequences", "[workflow][law]") {
    rc::prop("any sequence of moves", [](const std::vector<std::uint8_t>& moves) {
        Scenario run;
        Player player(run);
        for (const auto move : moves) player.play(move);
    });
}

TEST_CASE("a due time of the past is always acted on", "[workflow][law]") {
    rc::prop("no run stays due", [](const std::vector<std::uint8_t>& moves) {
        Scenario run;
        Player player(run);
        for (const auto move : moves) player.play(move);
        run.advance(1h);
        for (int step = 0; next_due(run.state()) <= run.now(); ++step) {
            RC_ASSERT(step < 50);
            run.fire_due();
        }
    });
}

TEST_CASE("a refused decision leaves the state as it was", "[workflow][law]") {
    Scenario run;
    const auto items = run.state().encode_all();
    const auto info = run.state().encode_info();
    api::RespondWorkflowTaskCompletedRequest request;
    const auto refused = complete_workflow_task(run.state(), run.environment(), {}, request);
    CHECK_FALSE(refused.reply.ok());
    CHECK(run.state().encode_all() == items);
    CHECK(run.state().encode_info() == info);
}

TEST_CASE("damaged bytes are refused by name", "[workflow][law]") {
    Scenario run;
    auto items = run.state().encode_all();
    items[{ItemKind::activity, "not a number"}] = "";
    const auto decoded = MutableState::decode(run.state().run(), run.state().encode_info(), items);
    REQUIRE_FALSE(decoded.ok());
    CHECK(decoded.status().code() == Code::DataLoss);
    CHECK(decoded.status().message().find("item 1/not a number") != std::string::npos);
    CHECK_FALSE(MutableState::decode(run.state().run(), "\xff\xff", {}).ok());
}

TEST_CASE("an overlay costs what it changes", "[workflow][law]") {
    Scenario run;
    std::vector<command::Command> commands;
    for (int index = 0; index < 500; ++index) {
        commands.push_back(schedule_activity_command("a" + std::to_string(index)));
    }
    run.workflow_task(std::move(commands));
    ActivityStart start;
    start.scheduled_event_id = 5;
    start.request_id = "poll";
    const auto decision = start_activity(run.state(), run.environment(), start);
    REQUIRE(decision.transition.has_value());
    CHECK(decision.transition->next.changed_items().size() == 1);
}

// Tasks that are started in the transition which schedules them, for a worker that waits.

#include "tests/support/catch.h"
#include "tests/workflow/scenario.h"

using namespace server;
using namespace server::workflow;
using namespace server::workflow::test;

namespace {

class Waiting final : public WaitingWorker {
public:
    const std::string& identity() const override { return identity_; }
    void hand_over(state::v1::BacklogTask) override {}

private:
    std::string identity_ = "waiter";
};

// So many workers wait, for whatever comes.
FindWaitingWorker workers(int& free) {
    return [&free](const state::v1::Task&) -> std::unique_ptr<WaitingWorker> {
        if (free == 0) return nullptr;
        --free;
        return std::make_unique<Waiting>();
    };
}

}  // namespace

TEST_CASE(
    "a workflow task is started with the transition that schedules it, for a worker that "
    "waits",
    "[workflow][waiting]") {
    Scenario run;
    run.start_task();
    run.complete_task({schedule_activity_command("a")});
    run.start_activity(5);
    int free = GENERATE(0, 1);
    const bool waits = free == 1;
    run.environment().find_waiting_worker = workers(free);

    const auto size_before = run.state().info().history_size_bytes();
    auto decision = complete_activity(run.state(), run.environment(), run.activity_token(5), {});
    REQUIRE(decision.transition);
    const auto handed = std::move(decision.transition->handed);
    REQUIRE(run.take(std::move(decision)).ok());

    if (!waits) {
        CHECK(handed.empty());
        CHECK(kinds(run.last_step()) ==
              Kinds{"ACTIVITY_TASK_STARTED", "ACTIVITY_TASK_COMPLETED", "WORKFLOW_TASK_SCHEDULED"});
        CHECK(run.last_tasks().size() == 1);
        return;
    }
    CHECK(kinds(run.last_step()) == Kinds{"ACTIVITY_TASK_STARTED", "ACTIVITY_TASK_COMPLETED",
                                          "WORKFLOW_TASK_SCHEDULED", "WORKFLOW_TASK_STARTED"});
    CHECK(run.last_tasks().empty());
    REQUIRE(handed.size() == 1);
    CHECK(handed[0].dispatch.dispatch_workflow_task().scheduled_event_id() == 8);
    const auto& started = run.last_step()[3].workflow_task_started_event_attributes();
    CHECK(started.identity() == "waiter");
    CHECK(started.request_id() == handed[0].request_id);
    CHECK(started.scheduled_event_id() == 8);
    // As large as it is before this event, whose task id and batch are the next ones.
    history::History added;
    for (int index = 0; index < 3; ++index) {
        *added.add_events() = run.last_step()[static_cast<std::size_t>(index)];
    }
    CHECK(started.history_size_bytes() ==
          size_before + static_cast<std::int64_t>(added.ByteSizeLong()));

    SECTION("the worker's own call finds it started and writes nothing") {
        WorkflowTaskStart start;
        start.scheduled_event_id = 8;
        start.request_id = handed[0].request_id;
        start.task_queue = "queue";
        const auto again = start_workflow_task(run.state(), run.environment(), start);
        CHECK(again.reply.ok());
        CHECK_FALSE(again.transition);
    }
    SECTION("it times out like any other") {
        run.advance(10s);
        run.fire_due();
        CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_TIMED_OUT"});
    }
}

TEST_CASE("a start is one transition with the first workflow task started", "[workflow][waiting]") {
    Environment environment;
    environment.now = kStart;
    environment.next_task_id = TaskId{1000};
    int free = 1;
    environment.find_waiting_worker = workers(free);
    auto request = Scenario::start_request();
    const RunKey key{"ns", "w", "11111111-1111-4111-8111-111111111111"};
    SECTION("when a worker waits") {
        const NewRun run = start_run(key, request, environment);
        CHECK(run.transition.next.workflow_task_started());
        CHECK(run.transition.tasks.empty());
        CHECK(run.transition.history.size() == 1);
        CHECK(run.transition.handed.size() == 1);
    }
    SECTION("but nobody is asked while the first task has to wait") {
        *request.mutable_workflow_start_delay() = to_duration(std::int64_t{5'000'000'000});
        const NewRun run = start_run(key, request, environment);
        CHECK(run.transition.handed.empty());
        CHECK(free == 1);
    }
    SECTION("nor for a task that the starter gets") {
        request.set_request_eager_execution(true);
        const NewRun run = start_run(key, request, environment);
        CHECK(run.transition.next.workflow_task_started());
        CHECK(run.transition.handed.empty());
        CHECK(free == 1);
    }
}

TEST_CASE("of several activities those are started whose workers wait", "[workflow][waiting]") {
    Scenario run;
    run.start_task();
    int free = 1;
    run.environment().find_waiting_worker = workers(free);
    SECTION("in the order of their commands, the others go through matching") {
        run.complete_task({schedule_activity_command("a"), schedule_activity_command("b")});
        CHECK(run.state().activities().find(5)->started_identity() == "waiter");
        CHECK(run.state().activities().find(6)->started_time_ns() == 0);
        REQUIRE(run.last_tasks().size() == 1);
        CHECK(run.last_tasks()[0].dispatch_activity_task().scheduled_event_id() == 6);
        SECTION("one that is started can be completed") {
            CHECK(run.complete_activity(5).ok());
            CHECK(run.state().workflow_task() != nullptr);
        }
    }
    SECTION("not one that a later command has cancelled") {
        run.complete_task({schedule_activity_command("a"), cancel_activity_command(5)});
        CHECK(run.state().activities().find(5) == nullptr);
        // The worker that waited has the workflow task which follows.
        CHECK(run.state().workflow_task()->identity() == "waiter");
    }
}

TEST_CASE("a completion answers with the next task only when it was asked to",
          "[workflow][waiting][trap]") {
    Scenario run;
    run.start_task();
    run.signal("during the task");
    int free = 1;
    run.environment().find_waiting_worker = workers(free);
    state::v1::TaskToken token = workflow_task_token(run.state());
    api::RespondWorkflowTaskCompletedRequest request;
    *request.add_commands() = start_timer_command("t", 30s);
    SECTION("else it is that of another poll") {
        const auto decision =
            complete_workflow_task(run.state(), run.environment(), token, request);
        CHECK(decision.transition->handed.size() == 1);
        CHECK_FALSE(decision.reply->next_task_started);
    }
    SECTION("and then nobody else gets it") {
        request.set_return_new_workflow_task(true);
        const auto decision =
            complete_workflow_task(run.state(), run.environment(), token, request);
        CHECK(decision.transition->handed.empty());
        CHECK(decision.reply->next_task_started);
    }
}

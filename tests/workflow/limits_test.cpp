// What a single command or call may bring, and what happens beyond: which cause, whether the run
// ends, and that nothing of the completion is kept.

#include "tests/support/catch.h"
#include "tests/workflow/scenario.h"

using namespace server;
using namespace server::workflow;
using namespace server::workflow::test;

namespace {

constexpr std::size_t kLarge = 3000;  // against a limit of 2000 bytes

Scenario small_run() {
    Scenario run;
    auto& limits = run.environment().limits;
    limits.blob_size_bytes_max = 2000;
    limits.memo_size_bytes_max = 2000;
    limits.search_attribute_size_bytes_max = 2000;
    run.environment().check_search_attributes = [](common::SearchAttributes& attributes) {
        for (const auto& [name, payload] : attributes.indexed_fields()) {
            if (payload.data().size() > 2000) return invalid_argument(name + " is too large");
            if (name == "Unknown") return invalid_argument("no mapping for " + name);
        }
        return Status();
    };
    run.start_task();
    return run;
}

Status complete_with(Scenario& run, const command::Command& command) {
    api::RespondWorkflowTaskCompletedRequest request;
    *request.add_commands() = start_timer_command("kept?", 1h);
    *request.add_commands() = command;
    return run.try_complete_task(std::move(request));
}

struct LargeCommand {
    const char* what;
    command::Command command;
    enums::WorkflowTaskFailedCause cause;
};

command::Command with(command::Command command, auto change) {
    change(command);
    return command;
}

command::Command command_of(enums::CommandType type) {
    command::Command command;
    command.set_command_type(type);
    return command;
}

void set_data(common::Payloads& payloads) {
    payloads.add_payloads()->set_data(std::string(kLarge, 'x'));
}

std::vector<LargeCommand> large_endings() {
    using C = command::Command;
    return {
        {"activity input",
         with(schedule_activity_command("a"),
              [](C& c) {
                  set_data(*c.mutable_schedule_activity_task_command_attributes()->mutable_input());
              }),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_ACTIVITY_ATTRIBUTES},
        {"result",
         with(
             complete_command(),
             [](C& c) {
                 set_data(
                     *c.mutable_complete_workflow_execution_command_attributes()->mutable_result());
             }),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_COMPLETE_WORKFLOW_EXECUTION_ATTRIBUTES},
        {"failure",
         with(fail_command(),
              [](C& c) {
                  c.mutable_fail_workflow_execution_command_attributes()
                      ->mutable_failure()
                      ->set_message(std::string(kLarge, 'x'));
              }),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_FAIL_WORKFLOW_EXECUTION_ATTRIBUTES},
        {"cancellation details",
         with(command_of(enums::COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION),
              [](C& c) {
                  set_data(
                      *c.mutable_cancel_workflow_execution_command_attributes()->mutable_details());
              }),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_CANCEL_WORKFLOW_EXECUTION_ATTRIBUTES},
        {"input of the next run",
         with(continue_command(),
              [](C& c) {
                  set_data(*c.mutable_continue_as_new_workflow_execution_command_attributes()
                                ->mutable_input());
              }),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_CONTINUE_AS_NEW_ATTRIBUTES},
        {"memo of the next run",
         with(continue_command(),
              [](C& c) {
                  auto& memo = *c.mutable_continue_as_new_workflow_execution_command_attributes()
                                    ->mutable_memo();
                  (*memo.mutable_fields())["m"].set_data(std::string(kLarge, 'x'));
              }),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_CONTINUE_AS_NEW_ATTRIBUTES},
    };
}

std::vector<LargeCommand> large_commands() {
    using C = command::Command;
    std::vector<LargeCommand> commands = large_endings();
    std::vector<LargeCommand> others{
        {"memo",
         with(command_of(enums::COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES),
              [](C& c) {
                  auto& memo = *c.mutable_modify_workflow_properties_command_attributes()
                                    ->mutable_upserted_memo();
                  (*memo.mutable_fields())["m"].set_data(std::string(kLarge, 'x'));
              }),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_MODIFY_WORKFLOW_PROPERTIES_ATTRIBUTES},
        {"search attribute",
         with(command_of(enums::COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES),
              [](C& c) {
                  auto& attributes =
                      *c.mutable_upsert_workflow_search_attributes_command_attributes()
                           ->mutable_search_attributes();
                  (*attributes.mutable_indexed_fields())["Text"].set_data(std::string(kLarge, 'x'));
              }),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES},
        {"marker",
         with(command_of(enums::COMMAND_TYPE_RECORD_MARKER),
              [](C& c) {
                  auto& attributes = *c.mutable_record_marker_command_attributes();
                  attributes.set_marker_name("m");
                  set_data((*attributes.mutable_details())["d"]);
              }),
         enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_RECORD_MARKER_ATTRIBUTES},
    };
    for (LargeCommand& large : others) commands.push_back(std::move(large));
    return commands;
}

}  // namespace

TEST_CASE("a command too large to keep ends the run with its cause", "[workflow][limits]") {
    for (const LargeCommand& large : large_commands()) {
        INFO(large.what);
        Scenario run = small_run();
        const Status refused = complete_with(run, large.command);
        CHECK(refused.code() == Code::InvalidArgument);
        CHECK(kinds(run.last_step()) ==
              Kinds{"WORKFLOW_TASK_FAILED", "WORKFLOW_EXECUTION_TERMINATED"});
        const auto& failed = run.last_step()[0].workflow_task_failed_event_attributes();
        CHECK(failed.cause() == large.cause);
        const auto& ended = run.last_step()[1].workflow_execution_terminated_event_attributes();
        CHECK(ended.reason() == refused.message());
        CHECK(ended.identity() == "history-service");
        CHECK(run.state().timers().empty());
    }
}

TEST_CASE("at a later attempt a command too large is only refused", "[workflow][limits]") {
    for (const LargeCommand& large : large_commands()) {
        INFO(large.what);
        Scenario run = small_run();
        run.fail_task();
        run.start_task();
        const auto before = run.events().size();
        CHECK(complete_with(run, large.command).code() == Code::InvalidArgument);
        CHECK(run.events().size() == before);
        CHECK(run.state().running());
    }
}

TEST_CASE("a search attribute that is only wrong does not end the run", "[workflow][limits]") {
    Scenario run = small_run();
    command::Command command = command_of(enums::COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES);
    auto& attributes = *command.mutable_upsert_workflow_search_attributes_command_attributes()
                            ->mutable_search_attributes();
    (*attributes.mutable_indexed_fields())["Unknown"].set_data("1");
    CHECK(complete_with(run, command).code() == Code::InvalidArgument);
    CHECK(run.state().running());
    CHECK(run.last_step()[0].workflow_task_failed_event_attributes().cause() ==
          enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES);
}

TEST_CASE("more activities than may be pending fail the workflow task", "[workflow][limits]") {
    Scenario run;
    run.environment().limits.pending_activities_max = 2;
    run.start_task();
    api::RespondWorkflowTaskCompletedRequest request;
    for (const char* id : {"a", "b", "c"}) *request.add_commands() = schedule_activity_command(id);
    const Status refused = run.try_complete_task(request);
    CHECK(refused.code() == Code::InvalidArgument);
    CHECK_THAT(refused.message(), Catch::StartsWith("PendingActivitiesLimitExceeded: "));
    CHECK(run.last_step()[0].workflow_task_failed_event_attributes().cause() ==
          enums::WORKFLOW_TASK_FAILED_CAUSE_PENDING_ACTIVITIES_LIMIT_EXCEEDED);
    CHECK(run.state().activities().empty());
}

TEST_CASE("a run takes so many signals and no more", "[workflow][limits]") {
    Scenario run;
    run.environment().limits.signals_max = 2;
    run.signal("s", "1");
    run.signal("s", "2");
    api::SignalWorkflowExecutionRequest request;
    request.set_signal_name("s");
    auto refused = signal(run.state(), run.environment(), request);
    CHECK(refused.reply.status().code() == Code::InvalidArgument);
    CHECK_THAT(refused.reply.status().message(),
               Catch::Contains("exceeded workflow execution limit for signal events: 2"));
    CHECK_FALSE(refused.transition.has_value());
    run.signal("s", "2");  // a repeat is none
}

TEST_CASE("a full buffer of events fails the started workflow task", "[workflow][limits][trap]") {
    Scenario run;
    auto& limits = run.environment().limits;
    SECTION("by count") { limits.buffered_events_max = 3; }
    SECTION("by size") { limits.buffered_size_bytes_max = 100; }
    run.start_task();
    for (int count = 0; count < 3; ++count) run.signal("signal");
    if (run.state().buffered_events().size() == 3) run.signal("signal");
    const auto& events = run.events();
    const auto failed = std::find_if(events.begin(), events.end(), [](const auto& event) {
        return event.has_workflow_task_failed_event_attributes();
    });
    REQUIRE(failed != events.end());
    CHECK(failed->workflow_task_failed_event_attributes().cause() ==
          enums::WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND);
    CHECK(run.state().buffered_events().empty());
    CHECK(run.state().workflow_task()->attempt() == 1);
}

TEST_CASE("a started task suggests to continue as new, and says why, in this order",
          "[workflow][limits][trap]") {
    Scenario run;
    auto& limits = run.environment().limits;
    SECTION("neither") {
        run.start_task();
        CHECK_FALSE(run.state().workflow_task()->suggest_continue_as_new());
    }
    SECTION("both, at exactly the limit") {
        limits.suggest_continue_as_new_events = 3;  // the id the Started event gets
        limits.suggest_continue_as_new_size_bytes = run.state().info().history_size_bytes();
        run.start_task();
        const auto& started = run.events().back().workflow_task_started_event_attributes();
        CHECK(started.suggest_continue_as_new());
        REQUIRE(started.suggest_continue_as_new_reasons_size() == 2);
        CHECK(started.suggest_continue_as_new_reasons(0) ==
              enums::SUGGEST_CONTINUE_AS_NEW_REASON_HISTORY_SIZE_TOO_LARGE);
        CHECK(started.suggest_continue_as_new_reasons(1) ==
              enums::SUGGEST_CONTINUE_AS_NEW_REASON_TOO_MANY_HISTORY_EVENTS);
    }
    SECTION("not one event earlier") {
        limits.suggest_continue_as_new_events = 4;
        run.start_task();
        CHECK_FALSE(run.state().workflow_task()->suggest_continue_as_new());
    }
}

TEST_CASE("a heartbeat of half an hour times the workflow task out", "[workflow][limits][trap]") {
    Scenario run;
    run.start_task();
    api::RespondWorkflowTaskCompletedRequest beat;
    beat.set_force_create_new_workflow_task(true);
    beat.set_return_new_workflow_task(true);
    for (int minute = 0; minute < 29; ++minute) {
        run.advance(1min);
        REQUIRE(run.try_complete_task(beat).ok());
    }
    run.advance(1min);
    const Status refused = run.try_complete_task(beat);
    CHECK(refused.code() == Code::NotFound);
    CHECK(refused.message() == "workflow task heartbeat timeout");
    CHECK(run.last_step()[0].workflow_task_timed_out_event_attributes().timeout_type() ==
          enums::TIMEOUT_TYPE_START_TO_CLOSE);
}

TEST_CASE("the deepest failure that a request may bring can be read back from history and state",
          "[workflow][limits]") {
    Scenario run;
    command::Command command = schedule_activity_command("a");
    command.mutable_schedule_activity_task_command_attributes()
        ->mutable_heartbeat_timeout()
        ->set_seconds(1);
    run.workflow_task({command});
    run.start_activity(5);
    api::RespondActivityTaskFailedRequest request;
    failure::Failure* innermost = request.mutable_failure();
    constexpr int kDeepest = 87;  // the request itself is one level of 88 (rpc/message_codec.cpp)
    for (int depth = 1; depth < kDeepest; ++depth) innermost = innermost->mutable_cause();
    innermost->set_message("the reason");
    const auto token = run.activity_token(5);
    // Kept for the next attempt, then as the cause of that attempt's timeout: the Scenario reads
    // all back.
    REQUIRE(run.take(fail_activity(run.state(), run.environment(), token, request)).status().ok());
    run.advance(1s);
    run.fire_due();
    run.start_activity(5);
    run.advance(1min);
    run.fire_due();
    CHECK(run.state().activities().find(5)->attempt() == 3);
}

#include "tests/support/catch.h"
#include "tests/workflow/scenario.h"

using namespace server;
using namespace server::workflow;
using namespace server::workflow::test;

namespace {

api::RespondWorkflowTaskCompletedRequest completion(std::vector<command::Command> commands) {
    api::RespondWorkflowTaskCompletedRequest request;
    for (auto& command : commands) *request.add_commands() = std::move(command);
    return request;
}

}  // namespace

TEST_CASE("a start writes Started and the first workflow task in one batch", "[workflow]") {
    const Scenario run;
    CHECK(kinds(run.events()) == Kinds{"WORKFLOW_EXECUTION_STARTED", "WORKFLOW_TASK_SCHEDULED"});
    CHECK(run.batches().size() == 1);
    REQUIRE(run.last_tasks().size() == 1);
    CHECK(run.last_tasks()[0].dispatch_workflow_task().scheduled_event_id() == 2);
}

TEST_CASE("WorkflowTaskStarted ends a batch", "[workflow][trap]") {
    Scenario run;
    run.start_task();
    run.complete_task({start_timer_command("t", 30s)});
    REQUIRE(run.batches().size() == 3);
    CHECK(kinds(run.batches()[1]) == Kinds{"WORKFLOW_TASK_STARTED"});
    CHECK(kinds(run.batches()[2]) == Kinds{"WORKFLOW_TASK_COMPLETED", "TIMER_STARTED"});
}

TEST_CASE("a workflow task is started once per poll request id", "[workflow][trap]") {
    Scenario run;
    WorkflowTaskStart start;
    start.scheduled_event_id = 2;
    start.request_id = "poll";
    start.task_queue = "queue";
    REQUIRE(run.take(start_workflow_task(run.state(), run.environment(), start)).ok());
    SECTION("the same request gets the same answer and writes nothing") {
        const auto again = start_workflow_task(run.state(), run.environment(), start);
        CHECK(again.reply.ok());
        CHECK_FALSE(again.transition.has_value());
    }
    SECTION("another request finds it taken") {
        start.request_id = "other poll";
        const auto refused = start_workflow_task(run.state(), run.environment(), start);
        CHECK(refused.reply.status().detail<TaskObsolete>() != nullptr);
    }
}

TEST_CASE("events that arrive during a workflow task wait until it ends", "[workflow][trap]") {
    Scenario run;
    run.start_task();
    const auto before = run.events().size();
    run.signal("one");
    CHECK(run.events().size() == before);
    run.complete_task({start_timer_command("t", 30s)});
    CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_COMPLETED", "TIMER_STARTED",
                                          "WORKFLOW_EXECUTION_SIGNALED",
                                          "WORKFLOW_TASK_SCHEDULED"});
}

TEST_CASE("a closing command with unseen events fails the workflow task", "[workflow][trap]") {
    Scenario run;
    run.start_task();
    run.signal("unseen");
    const Status refused = run.try_complete_task(completion({complete_command()}));
    CHECK(refused.code() == Code::InvalidArgument);
    CHECK(kinds(run.last_step()) ==
          Kinds{"WORKFLOW_TASK_FAILED", "WORKFLOW_EXECUTION_SIGNALED", "WORKFLOW_TASK_SCHEDULED"});
    CHECK(run.last_step()[0].workflow_task_failed_event_attributes().cause() ==
          enums::WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND);
    CHECK(run.last_step()[2].workflow_task_scheduled_event_attributes().attempt() == 1);
    SECTION("a signal during the next started task is refused as busy") {
        run.start_task();
        api::SignalWorkflowExecutionRequest request;
        request.set_signal_name("late");
        const auto late = signal(run.state(), run.environment(), request);
        CHECK(late.reply.status().code() == Code::ResourceExhausted);
    }
    SECTION("the next completion closes the run") {
        run.workflow_task({complete_command()});
        CHECK_FALSE(run.state().running());
    }
}

TEST_CASE("UNHANDLED_COMMAND on a later attempt leaves no WorkflowTaskFailed", "[workflow][trap]") {
    Scenario run;
    run.start_task();
    run.fail_task();
    run.start_task();
    run.signal("unseen");
    CHECK_FALSE(run.try_complete_task(completion({complete_command()})).ok());
    CHECK(kinds(run.last_step()) ==
          Kinds{"WORKFLOW_EXECUTION_SIGNALED", "WORKFLOW_TASK_SCHEDULED"});
}

TEST_CASE("two closing commands refuse the whole request and leave the task started",
          "[workflow]") {
    Scenario run;
    run.start_task();
    const auto before = run.events().size();
    const Status refused = run.try_complete_task(completion({complete_command(), fail_command()}));
    CHECK(refused.code() == Code::InvalidArgument);
    CHECK(run.events().size() == before);
    CHECK(run.state().workflow_task_started());
}

TEST_CASE("a transient workflow task leaves events only when it completes", "[workflow][trap]") {
    Scenario run;
    run.start_task();
    run.fail_task();
    CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_FAILED"});
    CHECK(run.state().workflow_task()->attempt() == 2);
    run.start_task();
    const auto shown = transient_events(run.state());
    REQUIRE(kinds(shown) == Kinds{"WORKFLOW_TASK_SCHEDULED", "WORKFLOW_TASK_STARTED"});
    CHECK(shown[0].event_id() == 5);
    CHECK(shown[1].event_id() == 6);
    run.fail_task();
    CHECK(run.events().size() == 4);
    run.start_task("queue", "first worker");
    auto request = completion({complete_command()});
    request.set_identity("second worker");
    REQUIRE(run.try_complete_task(request).ok());
    REQUIRE(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_SCHEDULED", "WORKFLOW_TASK_STARTED",
                                            "WORKFLOW_TASK_COMPLETED",
                                            "WORKFLOW_EXECUTION_COMPLETED"});
    CHECK(run.last_step()[0].workflow_task_scheduled_event_attributes().attempt() == 3);
    CHECK(run.last_step()[1].workflow_task_started_event_attributes().identity() ==
          "second worker");
    CHECK(run.last_step()[0].event_id() == 5);
}

TEST_CASE("a signal turns a waiting transient task into a normal one", "[workflow][trap]") {
    Scenario run;
    run.start_task();
    run.fail_task();
    run.signal("new");
    CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_EXECUTION_SIGNALED"});
    run.start_task();
    REQUIRE(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_SCHEDULED", "WORKFLOW_TASK_STARTED"});
    CHECK(run.last_step()[0].workflow_task_scheduled_event_attributes().attempt() == 1);
}

TEST_CASE("a failure on the sticky queue clears stickiness and keeps attempt 1",
          "[workflow][trap]") {
    Scenario run;
    run.start_task();
    run.complete_task({start_timer_command("t", 30s)}, true);
    run.signal("wake");
    CHECK(run.state().workflow_task()->task_queue() == "sticky");
    run.start_task("sticky");
    run.fail_task();
    REQUIRE(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_FAILED", "WORKFLOW_TASK_SCHEDULED"});
    const auto& scheduled = run.last_step()[1].workflow_task_scheduled_event_attributes();
    CHECK(scheduled.attempt() == 1);
    CHECK(scheduled.task_queue().name() == "queue");
}

TEST_CASE("a sticky task nobody takes moves to the normal queue", "[workflow][trap]") {
    Scenario run;
    run.start_task();
    run.complete_task({start_timer_command("t", 60s)}, true);
    run.signal("wake");
    run.advance(11s);
    run.fire_due();
    REQUIRE(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_TIMED_OUT", "WORKFLOW_TASK_SCHEDULED"});
    const auto& timed_out = run.last_step()[0].workflow_task_timed_out_event_attributes();
    CHECK(timed_out.timeout_type() == enums::TIMEOUT_TYPE_SCHEDULE_TO_START);
    CHECK(timed_out.started_event_id() == 0);
    CHECK(run.state().workflow_task()->task_queue() == "queue");
}

TEST_CASE("a task nobody completes times out and comes back as a transient one", "[workflow]") {
    Scenario run;
    run.start_task();
    run.advance(11s);
    run.fire_due();
    CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_TIMED_OUT"});
    CHECK(run.state().workflow_task()->attempt() == 2);
    REQUIRE(run.last_tasks().size() == 1);
}

TEST_CASE("the workflow task timeout grows from the fourth attempt", "[workflow]") {
    Scenario run;
    for (int attempt = 1; attempt <= 5; ++attempt) {
        const Duration timeout{run.state().workflow_task()->start_to_close_timeout_ns()};
        if (attempt <= 3) CHECK(timeout == 10s);
        if (attempt == 4) CHECK((timeout >= 14s && timeout <= 15s));
        if (attempt == 5) CHECK((timeout >= 18s && timeout <= 20s));
        run.start_task();
        run.fail_task();
    }
}

TEST_CASE("a stale completion is not found", "[workflow][trap]") {
    Scenario run;
    run.start_task();
    const state::v1::TaskToken old = workflow_task_token(run.state());
    run.fail_task();
    run.start_task();
    const auto stale = complete_workflow_task(run.state(), run.environment(), old,
                                              completion({complete_command()}));
    CHECK(stale.reply.status().code() == Code::NotFound);
    CHECK(stale.reply.status().message() == "Workflow task not found.");
    CHECK_FALSE(stale.transition.has_value());
}

TEST_CASE("a bad command fails the task once, with its cause", "[workflow]") {
    Scenario run;
    run.start_task();
    CHECK_FALSE(run.try_complete_task(completion({cancel_timer_command("none")})).ok());
    REQUIRE(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_FAILED"});
    const auto& failed = run.last_step()[0].workflow_task_failed_event_attributes();
    CHECK(failed.cause() == enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_CANCEL_TIMER_ATTRIBUTES);
    CHECK(failed.failure().message() == "BadCancelTimerAttributes: timer id is not open: none");
    CHECK(failed.failure().has_server_failure_info());
    const auto before = run.events().size();
    run.start_task();
    CHECK_FALSE(run.try_complete_task(completion({cancel_timer_command("none")})).ok());
    CHECK(run.events().size() == before);
    CHECK(run.state().workflow_task_started());
}

TEST_CASE("a command that is not built fails the task and names itself", "[workflow]") {
    Scenario run;
    run.start_task();
    command::Command child;
    child.set_command_type(enums::COMMAND_TYPE_SCHEDULE_NEXUS_OPERATION);
    const Status refused = run.try_complete_task(completion({child}));
    CHECK(refused.code() == Code::InvalidArgument);
    CHECK(refused.message().find("COMMAND_TYPE_SCHEDULE_NEXUS_OPERATION") != std::string::npos);
}

TEST_CASE("a command that is too large terminates the run", "[workflow]") {
    Scenario run;
    run.environment().limits.blob_size_bytes_max = 100;
    run.start_task();
    run.signal("buffered");
    command::Command marker;
    marker.set_command_type(enums::COMMAND_TYPE_RECORD_MARKER);
    auto& attributes = *marker.mutable_record_marker_command_attributes();
    attributes.set_marker_name("m");
    (*attributes.mutable_details())["d"].add_payloads()->set_data(std::string(200, 'x'));
    const Status refused = run.try_complete_task(completion({marker}));
    CHECK(refused.code() == Code::InvalidArgument);
    REQUIRE(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_FAILED", "WORKFLOW_EXECUTION_SIGNALED",
                                            "WORKFLOW_EXECUTION_TERMINATED"});
    const auto& end = run.last_step()[2].workflow_execution_terminated_event_attributes();
    CHECK(end.reason().find("BadRecordMarkerAttributes: ") == 0);
    CHECK(end.identity() == "history-service");
}

TEST_CASE("the next task is handed over inline when the worker asks for it", "[workflow]") {
    Scenario run;
    run.start_task();
    run.signal("more");
    auto request = completion({});
    request.set_return_new_workflow_task(true);
    REQUIRE(run.try_complete_task(request).ok());
    CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_COMPLETED", "WORKFLOW_EXECUTION_SIGNALED",
                                          "WORKFLOW_TASK_SCHEDULED", "WORKFLOW_TASK_STARTED"});
    CHECK(run.last_step().back().workflow_task_started_event_attributes().request_id() ==
          "request-from-RespondWorkflowTaskCompleted");
    CHECK(run.last_tasks().empty());
}

TEST_CASE("a heartbeat keeps the original time and ends after half an hour", "[workflow]") {
    Scenario run;
    run.start_task();
    auto request = completion({});
    request.set_force_create_new_workflow_task(true);
    run.advance(5s);
    REQUIRE(run.try_complete_task(request).ok());
    CHECK(run.state().workflow_task()->original_scheduled_time_ns() == unix_nanos(kStart));
    run.start_task();
    run.advance(30min);
    const Status expired = run.try_complete_task(request);
    CHECK(expired.code() == Code::NotFound);
    CHECK(expired.message() == "workflow task heartbeat timeout");
    CHECK(kinds(run.last_step()).front() == "WORKFLOW_TASK_TIMED_OUT");
}

TEST_CASE("a full buffer of events fails the running task and flushes", "[workflow]") {
    Scenario run;
    run.start_task();
    for (int index = 0; index < 100; ++index) run.signal("s");
    CHECK(run.state().workflow_task_started());
    run.signal("one too many");
    const auto last = kinds(run.last_step());
    CHECK(last.front() == "WORKFLOW_TASK_FAILED");
    CHECK(last.back() == "WORKFLOW_TASK_SCHEDULED");
    CHECK(last.size() == 103);
}

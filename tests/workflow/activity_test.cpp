#include "tests/support/catch.h"
#include "tests/workflow/scenario.h"

using namespace server;
using namespace server::workflow;
using namespace server::workflow::test;

namespace {

constexpr EventId kFirst = 5;  // Started, WFTScheduled, WFTStarted, WFTCompleted, ActivityScheduled

command::Command activity_with(Duration schedule_to_close, Duration schedule_to_start,
                               Duration start_to_close, Duration heartbeat) {
    command::Command command = schedule_activity_command("a");
    auto& attributes = *command.mutable_schedule_activity_task_command_attributes();
    *attributes.mutable_schedule_to_close_timeout() = to_duration(schedule_to_close.count());
    *attributes.mutable_schedule_to_start_timeout() = to_duration(schedule_to_start.count());
    *attributes.mutable_start_to_close_timeout() = to_duration(start_to_close.count());
    *attributes.mutable_heartbeat_timeout() = to_duration(heartbeat.count());
    return command;
}

const history::ActivityTaskTimedOutEventAttributes& timed_out(const Scenario& run) {
    for (const auto& event : run.events()) {
        if (event.has_activity_task_timed_out_event_attributes()) {
            return event.activity_task_timed_out_event_attributes();
        }
    }
    FAIL("no activity timed out");
    throw std::logic_error("unreachable");
}

}  // namespace

TEST_CASE("an activity's Started event is written only when it closes",
          "[workflow][activity][trap]") {
    Scenario run;
    run.workflow_task({schedule_activity_command("a")});
    CHECK(run.events().size() == kFirst);
    run.start_activity(kFirst);
    CHECK(run.events().size() == kFirst);
    run.advance(2s);
    REQUIRE(run.complete_activity(kFirst).ok());
    REQUIRE(kinds(run.last_step()) ==
            Kinds{"ACTIVITY_TASK_STARTED", "ACTIVITY_TASK_COMPLETED", "WORKFLOW_TASK_SCHEDULED"});
    const auto& completed = run.last_step()[1].activity_task_completed_event_attributes();
    CHECK(completed.started_event_id() == run.last_step()[0].event_id());
    CHECK(nanos_of(run.last_step()[1].event_time()) - nanos_of(run.last_step()[0].event_time()) ==
          2'000'000'000);
}

TEST_CASE("an activity is started once per poll request id", "[workflow][activity][trap]") {
    Scenario run;
    run.workflow_task({schedule_activity_command("a")});
    ActivityStart start;
    start.scheduled_event_id = 5;
    start.request_id = "poll";
    REQUIRE(run.take(start_activity(run.state(), run.environment(), start)).ok());
    SECTION("the same request gets the same answer and writes nothing") {
        const auto again = start_activity(run.state(), run.environment(), start);
        CHECK(again.reply.ok());
        CHECK_FALSE(again.transition.has_value());
    }
    SECTION("another request finds it taken") {
        start.request_id = "other poll";
        const auto refused = start_activity(run.state(), run.environment(), start);
        CHECK(refused.reply.status().detail<TaskObsolete>() != nullptr);
        CHECK_FALSE(refused.transition.has_value());
    }
    SECTION("nobody finds it once it is over") {
        REQUIRE(run.complete_activity(5).ok());
        const auto late = start_activity(run.state(), run.environment(), start);
        CHECK(late.reply.status().code() == Code::NotFound);
        CHECK_FALSE(late.transition.has_value());
    }
}

TEST_CASE("completions go behind started activities and signals of the same flush",
          "[workflow][activity][order][trap]") {
    Scenario run;
    run.workflow_task({schedule_activity_command("a"), schedule_activity_command("b")});
    run.signal("wake");
    run.start_task();
    run.start_activity(kFirst);
    REQUIRE(run.complete_activity(kFirst).ok());
    run.signal("between");
    run.start_activity(kFirst + 1);
    REQUIRE(run.complete_activity(kFirst + 1).ok());
    run.complete_task({});
    REQUIRE(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_COMPLETED", "ACTIVITY_TASK_STARTED",
                                            "WORKFLOW_EXECUTION_SIGNALED", "ACTIVITY_TASK_STARTED",
                                            "ACTIVITY_TASK_COMPLETED", "ACTIVITY_TASK_COMPLETED",
                                            "WORKFLOW_TASK_SCHEDULED"});
    const auto last = run.last_step();
    CHECK(last[4].activity_task_completed_event_attributes().started_event_id() ==
          last[1].event_id());
    CHECK(last[5].activity_task_completed_event_attributes().started_event_id() ==
          last[3].event_id());
}

TEST_CASE("a failed activity is retried without any event", "[workflow][activity][trap]") {
    Scenario run;
    run.workflow_task({schedule_activity_command("a")});
    run.start_activity(kFirst);
    REQUIRE(run.fail_activity(kFirst).ok());
    CHECK(run.events().size() == kFirst);
    const auto* activity = run.state().activities().find(kFirst);
    CHECK(activity->attempt() == 2);
    CHECK(activity->last_failure().message() == "failed");
    CHECK(next_due(run.state()) == run.now() + 1s);
    run.advance(1s);
    run.fire_due();
    REQUIRE(run.last_tasks().size() == 1);
    CHECK(run.last_tasks()[0].dispatch_activity_task().attempt() == 2);
    SECTION("the closing Started event shows the attempt and the failure before it") {
        run.start_activity(kFirst);
        REQUIRE(run.complete_activity(kFirst).ok());
        const auto& started = run.last_step()[0].activity_task_started_event_attributes();
        CHECK(started.attempt() == 2);
        CHECK(started.last_failure().message() == "failed");
    }
    SECTION("a token of the first attempt is stale") {
        run.start_activity(kFirst);
        auto token = run.activity_token(kFirst);
        token.set_attempt(1);
        const auto beat = heartbeat(run.state(), run.environment(), token, {});
        CHECK(beat.reply.status().code() == Code::NotFound);
    }
}

TEST_CASE("intervals grow to the maximum", "[workflow][activity]") {
    Scenario run;
    command::Command command = schedule_activity_command("a");
    auto& policy =
        *command.mutable_schedule_activity_task_command_attributes()->mutable_retry_policy();
    policy.mutable_initial_interval()->set_seconds(2);
    policy.mutable_maximum_interval()->set_seconds(6);
    policy.set_backoff_coefficient(2);
    run.workflow_task({command});
    for (const Duration expected : {2s, 4s, 6s, 6s}) {
        run.start_activity(kFirst);
        REQUIRE(run.fail_activity(kFirst).ok());
        CHECK(next_due(run.state()) - run.now() == expected);
        run.advance(expected);
        run.fire_due();
    }
}

TEST_CASE("what ends the retries of an activity", "[workflow][activity][trap]") {
    Scenario run;
    command::Command command = schedule_activity_command("a");
    auto& attributes = *command.mutable_schedule_activity_task_command_attributes();
    enums::RetryState expected = enums::RETRY_STATE_UNSPECIFIED;
    SECTION("a failure marked as non-retryable") {
        run.workflow_task({command});
        run.start_activity(kFirst);
        REQUIRE(run.fail_activity(kFirst, "Oops", true).ok());
        expected = enums::RETRY_STATE_NON_RETRYABLE_FAILURE;
    }
    SECTION("a listed type") {
        attributes.mutable_retry_policy()->add_non_retryable_error_types("Fatal");
        run.workflow_task({command});
        run.start_activity(kFirst);
        REQUIRE(run.fail_activity(kFirst, "Fatal").ok());
        expected = enums::RETRY_STATE_NON_RETRYABLE_FAILURE;
    }
    SECTION("the maximum of attempts") {
        attributes.mutable_retry_policy()->set_maximum_attempts(1);
        run.workflow_task({command});
        run.start_activity(kFirst);
        REQUIRE(run.fail_activity(kFirst).ok());
        expected = enums::RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED;
    }
    SECTION("no time for another attempt: it stays a failure") {
        attributes.mutable_schedule_to_close_timeout()->set_nanos(500'000'000);
        run.workflow_task({command});
        run.start_activity(kFirst);
        REQUIRE(run.fail_activity(kFirst).ok());
        expected = enums::RETRY_STATE_TIMEOUT;
    }
    SECTION("a cancel request") {
        run.workflow_task({command});
        run.start_activity(kFirst);
        run.signal("wake");
        run.workflow_task({cancel_activity_command(kFirst)});
        REQUIRE(run.fail_activity(kFirst).ok());
        expected = enums::RETRY_STATE_CANCEL_REQUESTED;
    }
    REQUIRE(kinds(run.last_step()) ==
            Kinds{"ACTIVITY_TASK_STARTED", "ACTIVITY_TASK_FAILED", "WORKFLOW_TASK_SCHEDULED"});
    CHECK(run.last_step()[1].activity_task_failed_event_attributes().retry_state() == expected);
}

TEST_CASE("a delay asked for by the failure replaces the interval", "[workflow][activity][trap]") {
    Scenario run;
    run.workflow_task({schedule_activity_command("a")});
    run.start_activity(kFirst);
    api::RespondActivityTaskFailedRequest request;
    auto& info = *request.mutable_failure()->mutable_application_failure_info();
    info.mutable_next_retry_delay()->set_seconds(1000);
    const auto token = run.activity_token(kFirst);
    REQUIRE(run.take(workflow::fail_activity(run.state(), run.environment(), token, request)).ok());
    CHECK(run.state().activities().find(kFirst)->scheduled_time_ns() ==
          unix_nanos(run.now() + 1000s));
}

TEST_CASE("each timeout of an activity", "[workflow][activity][trap]") {
    Scenario run;
    SECTION("schedule-to-start is never retried") {
        run.workflow_task({activity_with(0s, 5s, 60s, 0s)});
        run.advance(5s);
        run.fire_due();
        REQUIRE(kinds(run.last_step()) ==
                Kinds{"ACTIVITY_TASK_TIMED_OUT", "WORKFLOW_TASK_SCHEDULED"});
        CHECK(timed_out(run).failure().timeout_failure_info().timeout_type() ==
              enums::TIMEOUT_TYPE_SCHEDULE_TO_START);
        CHECK(timed_out(run).failure().message() == "activity ScheduleToStart timeout");
        CHECK(timed_out(run).retry_state() == enums::RETRY_STATE_TIMEOUT);
        CHECK(timed_out(run).started_event_id() == 0);
    }
    SECTION("start-to-close is retried") {
        run.workflow_task({activity_with(0s, 0s, 5s, 0s)});
        run.start_activity(kFirst);
        run.advance(5s);
        run.fire_due();
        CHECK(run.state().activities().find(kFirst)->attempt() == 2);
        CHECK(run.events().size() == kFirst);
    }
    SECTION("start-to-close without time for a retry becomes schedule-to-close") {
        run.workflow_task({activity_with(6s, 0s, 5s + 500ms, 0s)});
        run.start_activity(kFirst);
        run.advance(5s + 500ms);
        run.fire_due();
        const auto& failure = timed_out(run).failure();
        CHECK(failure.timeout_failure_info().timeout_type() ==
              enums::TIMEOUT_TYPE_SCHEDULE_TO_CLOSE);
        CHECK(failure.message().find("Not enough time to schedule next retry") == 0);
        CHECK(failure.cause().timeout_failure_info().timeout_type() ==
              enums::TIMEOUT_TYPE_START_TO_CLOSE);
    }
    SECTION("heartbeat, with the last details") {
        command::Command command = activity_with(0s, 0s, 60s, 5s);
        command.mutable_schedule_activity_task_command_attributes()
            ->mutable_retry_policy()
            ->set_maximum_attempts(1);
        run.workflow_task({command});
        run.start_activity(kFirst);
        run.advance(4s);
        api::RecordActivityTaskHeartbeatRequest beat;
        beat.mutable_details()->add_payloads()->set_data("42");
        const auto token = run.activity_token(kFirst);
        REQUIRE(run.take(heartbeat(run.state(), run.environment(), token, beat)).ok());
        run.advance(4s);
        CHECK_FALSE(fire_due(run.state(), run.environment()).transition.has_value());
        run.advance(1s);
        run.fire_due();
        const auto& info = timed_out(run).failure().timeout_failure_info();
        CHECK(info.timeout_type() == enums::TIMEOUT_TYPE_HEARTBEAT);
        CHECK(info.last_heartbeat_details().payloads(0).data() == "42");
        CHECK(timed_out(run).retry_state() == enums::RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED);
    }
    SECTION("schedule-to-close counts from the first scheduling") {
        run.workflow_task({activity_with(10s, 0s, 0s, 0s)});
        run.start_activity(kFirst);
        run.advance(10s);
        run.fire_due();
        CHECK(timed_out(run).failure().timeout_failure_info().timeout_type() ==
              enums::TIMEOUT_TYPE_SCHEDULE_TO_CLOSE);
    }
}

TEST_CASE("cancelling an activity no worker has taken closes it behind all commands",
          "[workflow][activity][trap]") {
    Scenario run;
    run.workflow_task({schedule_activity_command("a")});
    run.signal("wake");
    run.start_task();
    SECTION("its Canceled event follows the other commands") {
        run.complete_task({cancel_activity_command(kFirst), start_timer_command("t", 9s)});
        CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_COMPLETED",
                                              "ACTIVITY_TASK_CANCEL_REQUESTED", "TIMER_STARTED",
                                              "ACTIVITY_TASK_CANCELED", "WORKFLOW_TASK_SCHEDULED"});
    }
    SECTION("and is lost when the run closes in the same completion") {
        run.complete_task({cancel_activity_command(kFirst), complete_command()});
        CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_COMPLETED",
                                              "ACTIVITY_TASK_CANCEL_REQUESTED",
                                              "WORKFLOW_EXECUTION_COMPLETED"});
    }
}

TEST_CASE("a worker learns of a cancel request by its heartbeat and may then cancel",
          "[workflow][activity]") {
    Scenario run;
    run.workflow_task({schedule_activity_command("a")});
    run.start_activity(kFirst);
    const auto token = run.activity_token(kFirst);
    api::RespondActivityTaskCanceledRequest canceled;
    CHECK(cancel_activity(run.state(), run.environment(), token, canceled).reply.status().code() ==
          Code::InvalidArgument);
    run.signal("wake");
    run.workflow_task({cancel_activity_command(kFirst)});
    const auto beat = run.take(heartbeat(run.state(), run.environment(), token, {}));
    REQUIRE(beat.ok());
    CHECK(beat->cancel_requested);
    REQUIRE(run.take(cancel_activity(run.state(), run.environment(), token, canceled)).ok());
    CHECK(kinds(run.last_step()) ==
          Kinds{"ACTIVITY_TASK_STARTED", "ACTIVITY_TASK_CANCELED", "WORKFLOW_TASK_SCHEDULED"});
}

TEST_CASE("by id, an activity no worker has taken can be completed but not failed",
          "[workflow][activity][trap]") {
    Scenario run;
    run.workflow_task({schedule_activity_command("a")});
    state::v1::TaskToken by_id;
    by_id.set_activity_id("a");
    CHECK(
        workflow::fail_activity(run.state(), run.environment(), by_id, {}).reply.status().code() ==
        Code::NotFound);
    api::RespondActivityTaskCompletedRequest request;
    request.set_identity("outside");
    REQUIRE(
        run.take(workflow::complete_activity(run.state(), run.environment(), by_id, request)).ok());
    const auto& started = run.last_step()[0].activity_task_started_event_attributes();
    CHECK(started.identity() == "outside");
    CHECK(started.request_id().empty());
}

TEST_CASE("effective timeouts of a scheduled activity", "[workflow][activity]") {
    auto request = Scenario::start_request();
    request.mutable_workflow_run_timeout()->set_seconds(100);
    Scenario run(request);
    run.workflow_task({activity_with(0s, 0s, 60s, 90s)});
    const auto& scheduled = run.last_step()[1].activity_task_scheduled_event_attributes();
    CHECK(scheduled.schedule_to_close_timeout().seconds() == 100);
    CHECK(scheduled.schedule_to_start_timeout().seconds() == 100);
    CHECK(scheduled.start_to_close_timeout().seconds() == 60);
    CHECK(scheduled.heartbeat_timeout().seconds() == 60);
    CHECK(scheduled.retry_policy().initial_interval().seconds() == 1);
    CHECK(scheduled.retry_policy().maximum_interval().seconds() == 100);
}

TEST_CASE("a duplicate activity id and missing timeouts fail the task", "[workflow][activity]") {
    Scenario run;
    run.start_task();
    api::RespondWorkflowTaskCompletedRequest request;
    *request.add_commands() = schedule_activity_command("a");
    *request.add_commands() = schedule_activity_command("a");
    enums::WorkflowTaskFailedCause expected =
        enums::WORKFLOW_TASK_FAILED_CAUSE_SCHEDULE_ACTIVITY_DUPLICATE_ID;
    SECTION("duplicate") {}
    SECTION("no timeout") {
        request.mutable_commands()->RemoveLast();
        request.mutable_commands(0)
            ->mutable_schedule_activity_task_command_attributes()
            ->clear_start_to_close_timeout();
        expected = enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_ACTIVITY_ATTRIBUTES;
    }
    CHECK_FALSE(run.try_complete_task(request).ok());
    REQUIRE(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_FAILED"});
    CHECK(run.last_step()[0].workflow_task_failed_event_attributes().cause() == expected);
}

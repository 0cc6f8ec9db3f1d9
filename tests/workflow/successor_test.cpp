#include "server/workflow/operations/successor.h"

#include "tests/support/catch.h"
#include "tests/workflow/scenario.h"

using namespace server;
using namespace server::workflow;
using namespace server::workflow::test;

namespace {

using Started = history::WorkflowExecutionStartedEventAttributes;

api::StartWorkflowExecutionRequest retried_start(int attempts_max = 0) {
    auto request = Scenario::start_request();
    auto& policy = *request.mutable_retry_policy();
    policy.mutable_initial_interval()->set_seconds(10);
    policy.set_maximum_attempts(attempts_max);
    policy.add_non_retryable_error_types("Fatal");
    request.mutable_input()->add_payloads()->set_data("input");
    (*request.mutable_header()->mutable_fields())["trace"].set_data("header");
    (*request.mutable_memo()->mutable_fields())["note"].set_data("memo");
    request.mutable_last_completion_result()->add_payloads()->set_data("earlier");
    request.mutable_user_metadata()->mutable_summary()->set_data("summary");
    request.add_links()->mutable_workflow_event()->set_workflow_id("linked");
    request.mutable_priority()->set_priority_key(2);
    return request;
}

api::StartWorkflowExecutionRequest cron_start(const std::string& schedule = "0 * * * *") {
    auto request = retried_start();
    request.clear_retry_policy();
    request.set_cron_schedule(schedule);
    return request;
}

// The first event of the run that follows.
HistoryEvent successor_event(Scenario& run) {
    REQUIRE(run.successor() != nullptr);
    history::History first;
    REQUIRE(first.ParseFromString(run.successor()->transition.history.at(0).events));
    REQUIRE(first.events_size() == 1);
    return first.events(0);
}

Started successor_of(Scenario& run) {
    return successor_event(run).workflow_execution_started_event_attributes();
}

command::Command fail_with(const std::string& type, bool non_retryable = false) {
    command::Command command = fail_command();
    auto& failure =
        *command.mutable_fail_workflow_execution_command_attributes()->mutable_failure();
    failure.mutable_application_failure_info()->set_type(type);
    failure.mutable_application_failure_info()->set_non_retryable(non_retryable);
    return command;
}

const history::WorkflowExecutionFailedEventAttributes& failed(const Scenario& run) {
    REQUIRE(run.events().back().has_workflow_execution_failed_event_attributes());
    return run.events().back().workflow_execution_failed_event_attributes();
}

}  // namespace

TEST_CASE("a failed run with a retry policy is followed by its next attempt",
          "[workflow][retry][trap]") {
    Scenario run(retried_start());
    run.workflow_task({fail_with("Oops")});
    CHECK(failed(run).retry_state() == enums::RETRY_STATE_IN_PROGRESS);
    const Started next = successor_of(run);
    CHECK(failed(run).new_execution_run_id() == run.successor()->state->run().run_id);
    CHECK(run.state().info().new_execution_run_id() == next.original_execution_run_id());
    CHECK(next.attempt() == 2);
    CHECK(next.initiator() == enums::CONTINUE_AS_NEW_INITIATOR_RETRY);
    CHECK(next.first_workflow_task_backoff().seconds() == 10);
    CHECK(next.continued_execution_run_id() == run.state().run().run_id);
    CHECK(next.first_execution_run_id() == run.state().run().run_id);
    CHECK(next.continued_failure().message() == "no");
    CHECK_FALSE(next.has_last_completion_result());
    CHECK(next.input().payloads(0).data() == "input");
    CHECK(next.header().fields().at("trace").data() == "header");
    CHECK(next.memo().fields().at("note").data() == "memo");
    CHECK(next.retry_policy().initial_interval().seconds() == 10);
    CHECK(next.priority().priority_key() == 2);
    CHECK(next.identity().empty());
    CHECK(successor_event(run).links(0).workflow_event().workflow_id() == "linked");
    CHECK_FALSE(successor_event(run).has_user_metadata());
    // Its first workflow task waits for the interval.
    CHECK(next_due(run.successor()->transition.next) == run.now() + 10s);
}

TEST_CASE("a run that may not be retried says why", "[workflow][retry]") {
    SECTION("no policy") {
        Scenario run;
        run.workflow_task({fail_with("Oops")});
        CHECK(failed(run).retry_state() == enums::RETRY_STATE_RETRY_POLICY_NOT_SET);
        CHECK(run.successor() == nullptr);
    }
    SECTION("a type that is listed") {
        Scenario run(retried_start());
        run.workflow_task({fail_with("Fatal")});
        CHECK(failed(run).retry_state() == enums::RETRY_STATE_NON_RETRYABLE_FAILURE);
        CHECK(run.successor() == nullptr);
    }
    SECTION("a failure that says so") {
        Scenario run(retried_start());
        run.workflow_task({fail_with("Oops", true)});
        CHECK(failed(run).retry_state() == enums::RETRY_STATE_NON_RETRYABLE_FAILURE);
    }
    SECTION("the last attempt") {
        Scenario run(retried_start(1));
        run.workflow_task({fail_with("Oops")});
        CHECK(failed(run).retry_state() == enums::RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED);
        CHECK(failed(run).new_execution_run_id().empty());
    }
    SECTION("the execution would be over by then") {
        auto request = retried_start();
        request.mutable_workflow_execution_timeout()->set_seconds(9);
        Scenario run(request);
        run.workflow_task({fail_with("Oops")});
        CHECK(failed(run).retry_state() == enums::RETRY_STATE_TIMEOUT);
    }
}

TEST_CASE("the delay a failure asks for is cut at the policy's maximum for workflows",
          "[workflow][retry][trap]") {
    auto request = retried_start();
    request.mutable_retry_policy()->mutable_maximum_interval()->set_seconds(30);
    Scenario run(request);
    command::Command command = fail_with("Oops");
    auto& failure =
        *command.mutable_fail_workflow_execution_command_attributes()->mutable_failure();
    failure.mutable_application_failure_info()->mutable_next_retry_delay()->set_seconds(300);
    run.workflow_task({command});
    CHECK(successor_of(run).first_workflow_task_backoff().seconds() == 30);
}

TEST_CASE("a run that timed out is retried, an execution that timed out is not",
          "[workflow][retry][timeout]") {
    auto request = retried_start();
    request.mutable_workflow_run_timeout()->set_seconds(60);
    SECTION("the run") {
        Scenario run(request);
        run.advance(60s);
        run.fire_due();
        const auto& event = run.events().back();
        const auto& timed_out = event.workflow_execution_timed_out_event_attributes();
        CHECK(timed_out.retry_state() == enums::RETRY_STATE_IN_PROGRESS);
        const Started next = successor_of(run);
        CHECK(timed_out.new_execution_run_id() == next.original_execution_run_id());
        CHECK(next.attempt() == 2);
        CHECK(next.continued_failure().message() == "workflow timeout");
        CHECK(next.continued_failure().timeout_failure_info().timeout_type() ==
              enums::TIMEOUT_TYPE_START_TO_CLOSE);
        CHECK(next.last_completion_result().payloads(0).data() == "earlier");
    }
    SECTION("the execution") {
        request.mutable_workflow_execution_timeout()->set_seconds(60);
        Scenario run(request);
        run.advance(60s);
        run.fire_due();
        const auto& event = run.events().back();
        const auto& timed_out = event.workflow_execution_timed_out_event_attributes();
        CHECK(timed_out.retry_state() == enums::RETRY_STATE_TIMEOUT);
        CHECK(timed_out.new_execution_run_id().empty());
        CHECK(run.successor() == nullptr);
    }
    SECTION("not before the caller has brought the Started event") {
        Scenario run(request);
        run.advance(60s);
        CHECK_FALSE(fire_due(run.state(), run.environment()).transition.has_value());
    }
}

TEST_CASE("upserts of a run do not reach its successor", "[workflow][retry][trap]") {
    Scenario run(retried_start());
    command::Command upsert;
    upsert.set_command_type(enums::COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES);
    auto& memo = *upsert.mutable_modify_workflow_properties_command_attributes()
                      ->mutable_upserted_memo()
                      ->mutable_fields();
    memo["note"].set_data("upserted");
    run.workflow_task({upsert, fail_with("Oops")});
    CHECK(successor_of(run).memo().fields().at("note").data() == "memo");
}

TEST_CASE("the first run of a cron schedule waits for its time", "[workflow][cron][trap]") {
    Scenario run(cron_start());  // kStart is 22:13:20
    CHECK(kinds(run.events()) == Kinds{"WORKFLOW_EXECUTION_STARTED"});
    const auto& started = run.events()[0].workflow_execution_started_event_attributes();
    CHECK(started.initiator() == enums::CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE);
    CHECK(started.cron_schedule() == "0 * * * *");
    CHECK(started.first_workflow_task_backoff().seconds() == 46 * 60 + 40);
    run.advance(46min + 40s);
    run.fire_due();
    CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_SCHEDULED"});
}

TEST_CASE("a cron run is followed by the next, however it ended", "[workflow][cron][trap]") {
    Scenario run(cron_start());
    run.advance(46min + 40s);
    run.fire_due();
    SECTION("completed: its result goes on") {
        command::Command command = complete_command();
        command.mutable_complete_workflow_execution_command_attributes()
            ->mutable_result()
            ->add_payloads()
            ->set_data("mine");
        run.advance(5min);
        run.workflow_task({command});
        const auto& closed = run.events().back();
        const Started next = successor_of(run);
        CHECK(closed.workflow_execution_completed_event_attributes().new_execution_run_id() ==
              next.original_execution_run_id());
        CHECK(next.first_workflow_task_backoff().seconds() == 55 * 60);
        CHECK(next.last_completion_result().payloads(0).data() == "mine");
        CHECK_FALSE(next.has_continued_failure());
        CHECK(next.initiator() == enums::CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE);
        CHECK(next.attempt() == 1);
        CHECK(next.cron_schedule() == "0 * * * *");
    }
    SECTION("failed: the failure goes on, and the last result stays") {
        run.workflow_task({fail_with("Oops")});
        CHECK(failed(run).retry_state() == enums::RETRY_STATE_RETRY_POLICY_NOT_SET);
        const Started next = successor_of(run);
        CHECK(failed(run).new_execution_run_id() == next.original_execution_run_id());
        CHECK(next.continued_failure().message() == "no");
        CHECK(next.last_completion_result().payloads(0).data() == "earlier");
        CHECK(next.initiator() == enums::CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE);
    }
    SECTION("canceled: the schedule ends") {
        command::Command command;
        command.set_command_type(enums::COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION);
        command.mutable_cancel_workflow_execution_command_attributes();
        run.workflow_task({command});
        CHECK(run.successor() == nullptr);
    }
    SECTION("terminated: the schedule ends") {
        TerminateRun request;
        REQUIRE(run.take(terminate(run.state(), run.environment(), request)).status().ok());
        CHECK(run.successor() == nullptr);
    }
}

TEST_CASE("a cron run that timed out is followed by the next", "[workflow][cron][timeout]") {
    auto request = cron_start();
    request.mutable_workflow_run_timeout()->set_seconds(60);
    Scenario run(request);
    run.advance(46min + 40s);
    run.fire_due();
    run.advance(60s);
    run.fire_due();
    const Started next = successor_of(run);
    CHECK(next.first_workflow_task_backoff().seconds() == 59 * 60);
    CHECK(next.continued_failure().message() == "workflow timeout");
    CHECK(next.last_completion_result().payloads(0).data() == "earlier");
}

TEST_CASE("retry comes before cron", "[workflow][cron][retry]") {
    auto request = cron_start();
    *request.mutable_retry_policy() = retried_start(1).retry_policy();
    SECTION("while attempts are left") {
        request.mutable_retry_policy()->set_maximum_attempts(2);
        Scenario run(request);
        run.advance(46min + 40s);
        run.fire_due();
        run.workflow_task({fail_with("Oops")});
        const Started next = successor_of(run);
        CHECK(next.initiator() == enums::CONTINUE_AS_NEW_INITIATOR_RETRY);
        CHECK(next.attempt() == 2);
        CHECK(next.first_workflow_task_backoff().seconds() == 10);
    }
    SECTION("afterwards the schedule goes on with attempt 1") {
        Scenario run(request);
        run.advance(46min + 40s);
        run.fire_due();
        run.workflow_task({fail_with("Oops")});
        CHECK(failed(run).retry_state() == enums::RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED);
        const Started next = successor_of(run);
        CHECK(next.initiator() == enums::CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE);
        CHECK(next.attempt() == 1);
    }
}

TEST_CASE("runs of a chain begin at least a second apart", "[workflow][cron][retry]") {
    auto request = retried_start();
    request.mutable_retry_policy()->mutable_initial_interval()->Clear();
    request.mutable_retry_policy()->mutable_initial_interval()->set_nanos(1'000'000);
    Scenario run(request);
    run.advance(100ms);
    run.workflow_task({fail_with("Oops")});
    CHECK(nanos_of(successor_of(run).first_workflow_task_backoff()) == 900'000'000);
}

TEST_CASE("continue-as-new takes retry policy and cron schedule from the command alone",
          "[workflow][continue][trap]") {
    auto request = cron_start();
    *request.mutable_retry_policy() = retried_start().retry_policy();
    Scenario run(request);
    run.advance(46min + 40s);
    run.fire_due();
    run.advance(5s);
    command::Command command = continue_command();
    auto& attributes = *command.mutable_continue_as_new_workflow_execution_command_attributes();
    SECTION("without them the new run has none") {
        run.workflow_task({command});
        REQUIRE(run.successor() != nullptr);
        CHECK(run.successor()->transition.next.start().cron_schedule().empty());
        CHECK_FALSE(run.successor()->transition.next.start().has_retry_policy());
    }
    SECTION("with them it has, and does not wait for the schedule") {
        attributes.set_cron_schedule("*/5 * * * *");
        attributes.mutable_retry_policy()->set_maximum_attempts(3);
        run.workflow_task({command});
        REQUIRE(run.successor() != nullptr);
        const auto& start = run.successor()->transition.next.start();
        CHECK(start.cron_schedule() == "*/5 * * * *");
        CHECK(start.retry_policy().backoff_coefficient() == 2.0);
        CHECK(start.first_workflow_task_backoff_ns() == 0);
    }
    SECTION("bad ones fail the workflow task") {
        attributes.set_cron_schedule("0 0 30 2 *");
        run.start_task();
        api::RespondWorkflowTaskCompletedRequest completion;
        *completion.add_commands() = command;
        const Status refused = run.try_complete_task(completion);
        CHECK(refused.code() == Code::InvalidArgument);
        CHECK_THAT(refused.message(), Catch::Contains("no next firing time found"));
        CHECK(run.last_step()[0].workflow_task_failed_event_attributes().cause() ==
              enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_CONTINUE_AS_NEW_ATTRIBUTES);
    }
}

#include "tests/support/catch.h"
#include "tests/workflow/scenario.h"

using namespace server;
using namespace server::workflow;
using namespace server::workflow::test;

namespace {

Status request_cancel_of(Scenario& run, const std::string& request_id) {
    api::RequestCancelWorkflowExecutionRequest request;
    request.set_request_id(request_id);
    return run.take(request_cancel(run.state(), run.environment(), request)).status();
}

Status terminate_run(Scenario& run) {
    TerminateRun request;
    request.reason = "enough";
    request.identity = "operator";
    return run.take(terminate(run.state(), run.environment(), request)).status();
}

api::StartWorkflowExecutionRequest delayed_start() {
    auto request = Scenario::start_request();
    request.mutable_workflow_start_delay()->set_seconds(60);
    return request;
}

}  // namespace

TEST_CASE("a repeated signal request leaves one event", "[workflow][dedupe][trap]") {
    Scenario run;
    run.signal("s", "request");
    const auto once = run.events().size();
    run.signal("s", "request");
    CHECK(run.events().size() == once);
    SECTION("also on a closed run") {
        run.workflow_task({complete_command()});
        run.signal("s", "request");
    }
}

TEST_CASE("a signal to a closed run is not found", "[workflow]") {
    Scenario run;
    run.workflow_task({complete_command()});
    api::SignalWorkflowExecutionRequest request;
    request.set_signal_name("late");
    const Status refused = signal(run.state(), run.environment(), request).reply.status();
    CHECK(refused.code() == Code::NotFound);
    CHECK(refused.message() == "workflow execution already completed");
}

TEST_CASE("a second cancel request writes no event even with a new id", "[workflow][trap]") {
    Scenario run;
    REQUIRE(request_cancel_of(run, "a").ok());
    const auto once = run.events().size();
    REQUIRE(request_cancel_of(run, "b").ok());
    CHECK(run.events().size() == once);
    run.workflow_task({complete_command()});
    CHECK(request_cancel_of(run, "c").ok());
}

TEST_CASE("terminate closes at once", "[workflow][trap]") {
    Scenario run;
    SECTION("a started task is failed first and buffered events follow it") {
        run.start_task();
        run.signal("s");
        REQUIRE(terminate_run(run).ok());
        CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_FAILED", "WORKFLOW_EXECUTION_SIGNALED",
                                              "WORKFLOW_EXECUTION_TERMINATED"});
        CHECK(run.last_step()[0].workflow_task_failed_event_attributes().cause() ==
              enums::WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND);
    }
    SECTION("a task that is only scheduled is dropped") {
        REQUIRE(terminate_run(run).ok());
        CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_EXECUTION_TERMINATED"});
    }
    SECTION("a transient task leaves no failure") {
        run.start_task();
        run.fail_task();
        run.start_task();
        REQUIRE(terminate_run(run).ok());
        CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_EXECUTION_TERMINATED"});
    }
    CHECK(run.state().info().status() == enums::WORKFLOW_EXECUTION_STATUS_TERMINATED);
    CHECK(terminate_run(run).code() == Code::NotFound);
}

TEST_CASE("a signal does not end the start delay, a cancel request does", "[workflow][trap]") {
    Scenario run(delayed_start());
    CHECK(kinds(run.events()) == Kinds{"WORKFLOW_EXECUTION_STARTED"});
    run.signal("early");
    CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_EXECUTION_SIGNALED"});
    SECTION("the delay ends by itself") {
        run.advance(60s);
        run.fire_due();
        CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_SCHEDULED"});
    }
    SECTION("a cancel request ends it") {
        REQUIRE(request_cancel_of(run, "c").ok());
        CHECK(kinds(run.last_step()) ==
              Kinds{"WORKFLOW_EXECUTION_CANCEL_REQUESTED", "WORKFLOW_TASK_SCHEDULED"});
    }
}

TEST_CASE("a run times out, whatever it waits for", "[workflow]") {
    auto request = Scenario::start_request();
    request.mutable_workflow_run_timeout()->set_seconds(30);
    Scenario run(request);
    run.start_task();
    run.advance(5s);
    run.signal("s");
    run.advance(26s);
    run.fire_due();
    CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_FAILED", "WORKFLOW_EXECUTION_SIGNALED",
                                          "WORKFLOW_EXECUTION_TIMED_OUT"});
    CHECK(run.events().back().workflow_execution_timed_out_event_attributes().retry_state() ==
          enums::RETRY_STATE_RETRY_POLICY_NOT_SET);
}

TEST_CASE("the execution timeout limits the run timeout", "[workflow]") {
    auto request = Scenario::start_request();
    request.mutable_workflow_execution_timeout()->set_seconds(5);
    request.mutable_workflow_run_timeout()->set_seconds(30);
    const Scenario run(request);
    const auto& started = run.events()[0].workflow_execution_started_event_attributes();
    CHECK(started.workflow_run_timeout().seconds() == 5);
    CHECK(started.workflow_task_timeout().seconds() == 5);
    CHECK(started.has_workflow_execution_expiration_time());
}

TEST_CASE("an existing run decides what a start means", "[workflow][dedupe][trap]") {
    Scenario run;
    auto request = Scenario::start_request();
    using Kind = StartVerdict::Kind;
    SECTION("its own request id again: the same answer, before any policy") {
        request.set_workflow_id_reuse_policy(enums::WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
        CHECK(judge_start(run.state(), request).kind == Kind::answer_existing);
        CHECK(judge_start(run.state(), request).started);
        run.workflow_task({complete_command()});
        CHECK(judge_start(run.state(), request).kind == Kind::answer_existing);
    }
    request.set_request_id("another");
    SECTION("open: the conflict policy decides") {
        const StartVerdict refused = judge_start(run.state(), request);
        REQUIRE(refused.kind == Kind::refuse);
        const auto* detail = refused.refusal.detail<WorkflowAlreadyStarted>();
        REQUIRE(detail != nullptr);
        CHECK(detail->run_id == run.state().run().run_id);
        CHECK(detail->start_request_id == "start-request");
        request.set_workflow_id_conflict_policy(enums::WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING);
        CHECK(judge_start(run.state(), request).kind == Kind::answer_existing);
        CHECK_FALSE(judge_start(run.state(), request).started);
        request.set_workflow_id_conflict_policy(
            enums::WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING);
        CHECK(judge_start(run.state(), request).kind == Kind::terminate_existing);
    }
    SECTION("closed: the reuse policy decides") {
        run.workflow_task({complete_command()});
        CHECK(judge_start(run.state(), request).kind == Kind::start_new);
        request.set_workflow_id_reuse_policy(enums::WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
        CHECK(judge_start(run.state(), request).kind == Kind::refuse);
        request.set_workflow_id_reuse_policy(
            enums::WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY);
        CHECK(judge_start(run.state(), request).kind == Kind::refuse);
    }
    SECTION("failed: FAILED_ONLY allows it") {
        run.workflow_task({fail_command()});
        request.set_workflow_id_reuse_policy(
            enums::WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY);
        CHECK(judge_start(run.state(), request).kind == Kind::start_new);
    }
}

TEST_CASE("continue-as-new takes memo and search attributes from the command alone",
          "[workflow][trap]") {
    auto request = Scenario::start_request();
    (*request.mutable_memo()->mutable_fields())["note"].set_data("1");
    Scenario run(request);
    run.advance(5s);
    run.workflow_task({continue_command()});
    CHECK(kinds(run.last_step()) ==
          Kinds{"WORKFLOW_TASK_COMPLETED", "WORKFLOW_EXECUTION_CONTINUED_AS_NEW"});
    REQUIRE(run.successor() != nullptr);
    history::History first;
    REQUIRE(first.ParseFromString(run.successor()->transition.history[0].events));
    const auto& started = first.events(0).workflow_execution_started_event_attributes();
    CHECK_FALSE(started.has_memo());
    CHECK(started.initiator() == enums::CONTINUE_AS_NEW_INITIATOR_WORKFLOW);
    CHECK(started.workflow_type().name() == "Type");
    CHECK(started.continued_execution_run_id() == run.state().run().run_id);
    CHECK(started.first_execution_run_id() == run.state().run().run_id);
    CHECK(started.original_execution_run_id() == run.state().info().new_execution_run_id());
    CHECK(first.events_size() == 2);
    const auto& closed = run.events().back().workflow_execution_continued_as_new_event_attributes();
    CHECK(closed.initiator() == enums::CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED);
}

TEST_CASE("continuing as new within a second makes the next run wait", "[workflow][trap]") {
    Scenario run;
    run.advance(300ms);
    run.workflow_task({continue_command()});
    history::History first;
    REQUIRE(first.ParseFromString(run.successor()->transition.history[0].events));
    CHECK(first.events_size() == 1);
    const auto& started = first.events(0).workflow_execution_started_event_attributes();
    CHECK(nanos_of(started.first_workflow_task_backoff()) == 700'000'000);
}

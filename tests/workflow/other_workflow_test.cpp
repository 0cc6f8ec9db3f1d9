// Signals and cancel requests to other workflows, from both sides, and what commands about other
// workflows are refused for (reference temporal-server.md §2.5 and §2.9, events.md §1.6).

#include "server/workflow/operations/external_result.h"
#include "tests/support/catch.h"
#include "tests/workflow/scenario.h"

using namespace server;
using namespace server::workflow;
using namespace server::workflow::test;

namespace {

constexpr EventId kRequested = 5;

// Why a first workflow task with these commands fails; nothing but its failure is written.
enums::WorkflowTaskFailedCause refusal_cause(Scenario& run,
                                             const std::vector<command::Command>& commands) {
    run.start_task();
    const auto before = run.events().size();
    api::RespondWorkflowTaskCompletedRequest request;
    for (const auto& command : commands) *request.add_commands() = command;
    const Status refused = run.try_complete_task(std::move(request));
    CHECK(refused.code() == Code::InvalidArgument);
    REQUIRE(run.events().size() == before + 1);
    REQUIRE(run.events().back().has_workflow_task_failed_event_attributes());
    CHECK(run.state().children().empty());
    CHECK(run.state().external_signals().empty());
    CHECK(run.state().external_cancels().empty());
    return run.events().back().workflow_task_failed_event_attributes().cause();
}

auto& child_of(command::Command& command) {
    return *command.mutable_start_child_workflow_execution_command_attributes();
}
auto& signal_of(command::Command& command) {
    return *command.mutable_signal_external_workflow_execution_command_attributes();
}
auto& cancel_of(command::Command& command) {
    return *command.mutable_request_cancel_external_workflow_execution_command_attributes();
}

ExternalCaller caller(bool must_be_parent) {
    ExternalCaller caller;
    caller.execution.set_workflow_id("caller");
    caller.execution.set_run_id("caller-run");
    caller.initiated_event_id = 9;
    caller.must_be_parent = must_be_parent;
    return caller;
}

}  // namespace

TEST_CASE("a signal to another workflow is initiated, and its outcome recorded once",
          "[workflow][external]") {
    Scenario run;
    auto command = signal_external_command("other");
    signal_of(command).set_control("c");
    signal_of(command).mutable_input()->add_payloads()->set_data("7");
    run.workflow_task({command});
    CHECK(kinds(run.last_step()) ==
          Kinds{"WORKFLOW_TASK_COMPLETED", "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED"});
    const auto& initiated =
        run.events().back().signal_external_workflow_execution_initiated_event_attributes();
    CHECK(initiated.namespace_() == "default");
    CHECK(initiated.namespace_id() == "ns");
    CHECK(initiated.workflow_execution().workflow_id() == "other");
    CHECK(initiated.signal_name() == "greet");
    CHECK(initiated.input().payloads(0).data() == "7");
    CHECK(initiated.workflow_task_completed_event_id() == 4);
    REQUIRE(run.last_tasks().size() == 1);
    CHECK(run.last_tasks()[0].signal_external().initiated_event_id() == kRequested);

    SECTION("delivered") {
        REQUIRE(run.take(record_signal_delivered(run.state(), run.environment(), kRequested)).ok());
        CHECK(kinds(run.last_step()) ==
              Kinds{"EXTERNAL_WORKFLOW_EXECUTION_SIGNALED", "WORKFLOW_TASK_SCHEDULED"});
        const auto& signaled =
            run.last_step()[0].external_workflow_execution_signaled_event_attributes();
        CHECK(signaled.initiated_event_id() == kRequested);
        CHECK(signaled.control() == "c");
        CHECK(signaled.workflow_execution().workflow_id() == "other");
        const auto once = run.events().size();
        REQUIRE(run.take(record_signal_delivered(run.state(), run.environment(), kRequested)).ok());
        CHECK(run.events().size() == once);
    }
    SECTION("not delivered") {
        constexpr auto kCause = enums::
            SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND;
        REQUIRE(run.take(record_signal_failed(run.state(), run.environment(), kRequested, kCause))
                    .ok());
        CHECK(kinds(run.last_step()) ==
              Kinds{"SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED", "WORKFLOW_TASK_SCHEDULED"});
        const auto& failed =
            run.last_step()[0].signal_external_workflow_execution_failed_event_attributes();
        CHECK(failed.cause() == kCause);
        CHECK(failed.control() == "c");
        CHECK(failed.workflow_task_completed_event_id() == 0);
    }
    CHECK(run.state().external_signals().empty());
}

TEST_CASE("a cancel request to another workflow is initiated, and its outcome recorded once",
          "[workflow][external]") {
    Scenario run;
    auto command = cancel_external_command("other");
    cancel_of(command).set_control("c");
    run.workflow_task({command});
    const auto& initiated =
        run.events().back().request_cancel_external_workflow_execution_initiated_event_attributes();
    CHECK(initiated.workflow_execution().workflow_id() == "other");
    CHECK(initiated.reason() == "enough");
    CHECK(initiated.control() == "c");
    SECTION("delivered") {
        REQUIRE(run.take(record_cancel_delivered(run.state(), run.environment(), kRequested)).ok());
        CHECK(kinds(run.last_step()) ==
              Kinds{"EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED", "WORKFLOW_TASK_SCHEDULED"});
    }
    SECTION("not delivered") {
        constexpr auto kCause = enums::
            CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND;
        REQUIRE(run.take(record_cancel_failed(run.state(), run.environment(), kRequested, kCause))
                    .ok());
        CHECK(kinds(run.last_step()) == Kinds{"REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED",
                                              "WORKFLOW_TASK_SCHEDULED"});
        const auto& failed =
            run.last_step()[0].request_cancel_external_workflow_execution_failed_event_attributes();
        CHECK(failed.cause() == kCause);
        CHECK(failed.control().empty());
    }
    CHECK(run.state().external_cancels().empty());
}

TEST_CASE("what another workflow does shows who it was", "[workflow][external]") {
    Scenario run;
    api::SignalWorkflowExecutionRequest signal_request;
    signal_request.set_signal_name("greet");
    signal_request.set_identity("history-service");
    REQUIRE(run.take(signal(run.state(), run.environment(), signal_request, caller(false))).ok());
    const auto& signaled = run.last_step()[0].workflow_execution_signaled_event_attributes();
    CHECK(signaled.external_workflow_execution().run_id() == "caller-run");

    api::RequestCancelWorkflowExecutionRequest cancel_request;
    cancel_request.set_reason("enough");
    REQUIRE(run.take(request_cancel(run.state(), run.environment(), cancel_request, caller(false)))
                .ok());
    const auto& canceled =
        run.last_step()[0].workflow_execution_cancel_requested_event_attributes();
    CHECK(canceled.cause() == "enough");
    CHECK(canceled.external_workflow_execution().workflow_id() == "caller");
    CHECK(canceled.external_initiated_event_id() == 9);
}

TEST_CASE("a workflow meant as a child is found only by its parent", "[workflow][external]") {
    Scenario stranger;
    const api::SignalWorkflowExecutionRequest request;
    CHECK(signal(stranger.state(), stranger.environment(), request, caller(true))
              .reply.status()
              .code() == Code::NotFound);
    ParentLink link;
    link.execution = caller(true).execution;
    link.initiated_event_id = 3;
    Scenario child(Scenario::start_request(), link);
    CHECK(child.take(signal(child.state(), child.environment(), request, caller(true))).ok());
    SECTION("and terminated only for the event that began it") {
        TerminateRun end;
        end.caller = caller(true);
        end.caller->child_initiated_event_id = 4;
        CHECK(terminate(child.state(), child.environment(), end).reply.status().code() ==
              Code::NotFound);
        end.caller->child_initiated_event_id = 3;
        CHECK(terminate(child.state(), child.environment(), end).reply.ok());
    }
}

TEST_CASE("each fault of a child command has its cause", "[workflow][child][validation]") {
    auto command = start_child_command("child");
    auto& child = child_of(command);
    Scenario run;
    auto expected = enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_START_CHILD_EXECUTION_ATTRIBUTES;
    SECTION("no workflow id") { child.clear_workflow_id(); }
    SECTION("no workflow type") { child.clear_workflow_type(); }
    SECTION("an id too long") { child.set_workflow_id(std::string(1001, 'x')); }
    SECTION("another namespace") { child.set_namespace_("other"); }
    SECTION("a reserved task queue") { child.mutable_task_queue()->set_name("/_sys/queue/1"); }
    SECTION("a negative timeout") { child.mutable_workflow_run_timeout()->set_seconds(-1); }
    SECTION("an unknown policy") {
        child.set_parent_close_policy(static_cast<enums::ParentClosePolicy>(77));
    }
    SECTION("a search attribute the namespace does not have") {
        run.environment().check_search_attributes = [](common::SearchAttributes&) {
            return invalid_argument("no such attribute");
        };
        child.mutable_search_attributes();
        expected = enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES;
    }
    SECTION("as many children as may be pending") {
        run.environment().limits.pending_children_max = 0;
        expected = enums::WORKFLOW_TASK_FAILED_CAUSE_PENDING_CHILD_WORKFLOWS_LIMIT_EXCEEDED;
    }
    CHECK(refusal_cause(run, {command}) == expected);
}

TEST_CASE("an input too large for a child ends the run", "[workflow][child][validation]") {
    Scenario run;
    auto command = start_child_command("child");
    child_of(command).mutable_input()->add_payloads()->set_data(std::string(2'100'000, 'x'));
    run.start_task();
    api::RespondWorkflowTaskCompletedRequest request;
    *request.add_commands() = command;
    CHECK(run.try_complete_task(std::move(request)).code() == Code::InvalidArgument);
    CHECK(kinds(run.last_step()) == Kinds{"WORKFLOW_TASK_FAILED", "WORKFLOW_EXECUTION_TERMINATED"});
    CHECK(run.last_tasks().empty());
}

TEST_CASE("each fault of a signal command has its cause", "[workflow][external][validation]") {
    auto command = signal_external_command("other");
    auto& signal = signal_of(command);
    Scenario run;
    auto expected = enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES;
    SECTION("no workflow") { signal.clear_execution(); }
    SECTION("a run id that is none") { signal.mutable_execution()->set_run_id("first"); }
    SECTION("no name") { signal.clear_signal_name(); }
    SECTION("a name too long") { signal.set_signal_name(std::string(1001, 'x')); }
    SECTION("another namespace") { signal.set_namespace_("other"); }
    SECTION("as many signals as may be pending") {
        run.environment().limits.pending_external_signals_max = 0;
        expected = enums::WORKFLOW_TASK_FAILED_CAUSE_PENDING_SIGNALS_LIMIT_EXCEEDED;
    }
    CHECK(refusal_cause(run, {command}) == expected);
}

TEST_CASE("each fault of a cancel command has its cause", "[workflow][external][validation]") {
    auto command = cancel_external_command("other");
    auto& cancel = cancel_of(command);
    Scenario run;
    std::vector<command::Command> before;
    auto expected =
        enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_ATTRIBUTES;
    SECTION("no workflow") { cancel.clear_workflow_id(); }
    SECTION("a run id that is none") { cancel.set_run_id("first"); }
    SECTION("another namespace") { cancel.set_namespace_("other"); }
    SECTION("a child of the same answer") { before.push_back(start_child_command("other")); }
    SECTION("as many requests as may be pending") {
        run.environment().limits.pending_external_cancels_max = 0;
        expected = enums::WORKFLOW_TASK_FAILED_CAUSE_PENDING_REQUEST_CANCEL_LIMIT_EXCEEDED;
    }
    before.push_back(command);
    CHECK(refusal_cause(run, before) == expected);
}

TEST_CASE("a child of an earlier answer may be cancelled", "[workflow][external]") {
    Scenario run;
    run.workflow_task({start_child_command("other")});
    REQUIRE(run.child_started(kRequested).ok());
    run.workflow_task({cancel_external_command("other")});
    CHECK(run.state().external_cancels().size() == 1);
}

#include "tests/frontend/world.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::tests;

namespace {

using Request = api::SignalWithStartWorkflowExecutionRequest;

Request valid_signal_with_start() {
    Request request;
    request.set_namespace_("orders");
    request.set_workflow_id("order-17");
    request.mutable_workflow_type()->set_name("Order");
    request.mutable_task_queue()->set_name("orders");
    request.set_signal_name("paid");
    *request.mutable_signal_input()->add_payloads() = json_payload("17");
    *request.mutable_input()->add_payloads() = json_payload("\"start\"");
    (*request.mutable_header()->mutable_fields())["trace"] = json_payload("1");
    request.set_identity("client");
    request.set_request_id("request-1");
    return request;
}

Status send(FrontendWorld& world, const Request& request) {
    return world
        .call<api::SignalWithStartWorkflowExecutionResponse>("SignalWithStartWorkflowExecution",
                                                             request)
        .status();
}

}  // namespace

TEST_CASE("signal-with-start reaches history as a start with its signal",
          "[frontend][signal-with-start]") {
    FrontendWorld world;
    REQUIRE(send(world, valid_signal_with_start()).ok());
    const auto& seen = world.history.last<role::v1::StartWorkflowRequest>();
    CHECK(seen.request().workflow_id() == "order-17");
    CHECK(seen.request().input().payloads(0).data() == "\"start\"");
    CHECK(seen.request().request_id() == "request-1");
    CHECK(seen.request().workflow_id_conflict_policy() ==
          enums::WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING);
    CHECK(seen.request().workflow_id_reuse_policy() ==
          enums::WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE);
    CHECK(seen.signal().signal_name() == "paid");
    CHECK(seen.signal().input().payloads(0).data() == "17");
    CHECK(seen.signal().request_id() == "request-1");
    CHECK(seen.signal().header().fields().contains("trace"));
}

TEST_CASE("the answer to a signal-with-start leads to its signal",
          "[frontend][signal-with-start]") {
    FrontendWorld world;
    const auto answer = world.call<api::SignalWithStartWorkflowExecutionResponse>(
        "SignalWithStartWorkflowExecution", valid_signal_with_start());
    REQUIRE(answer.ok());
    const auto& link = answer->signal_link().workflow_event();
    CHECK(link.namespace_() == "orders");
    CHECK(link.workflow_id() == "order-17");
    CHECK(link.run_id() == answer->run_id());
    CHECK(link.request_id_ref().request_id() == "request-1");
    CHECK(link.request_id_ref().event_type() == enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED);
}

TEST_CASE("start and signal share a request id when none is given",
          "[frontend][signal-with-start]") {
    FrontendWorld world;
    Request request = valid_signal_with_start();
    request.clear_request_id();
    REQUIRE(send(world, request).ok());
    const auto& seen = world.history.last<role::v1::StartWorkflowRequest>();
    CHECK(is_uuid(seen.request().request_id()));
    CHECK(seen.signal().request_id() == seen.request().request_id());
}

TEST_CASE("faults of a signal-with-start are refused by name and reach nobody",
          "[frontend][signal-with-start]") {
    FrontendWorld world;
    Request request = valid_signal_with_start();
    std::string message;
    SECTION("no workflow id") {
        request.clear_workflow_id();
        message = "WorkflowId is not set on request.";
    }
    SECTION("no signal name") {
        request.clear_signal_name();
        message = "SignalName is not set on request.";
    }
    SECTION("conflict policy FAIL") {
        request.set_workflow_id_conflict_policy(enums::WORKFLOW_ID_CONFLICT_POLICY_FAIL);
        message = "WORKFLOW_ID_CONFLICT_POLICY_FAIL is not supported for this operation";
    }
    SECTION("a large signal") {
        *request.mutable_signal_input()->add_payloads() = payload_of(2 << 20);
        message = "Blob data size exceeds limit. SignalWithStartWorkflowExecution.SignalInput";
    }
    SECTION("a large input") {
        *request.mutable_input()->add_payloads() = payload_of(2 << 20);
        message = "Blob data size exceeds limit. SignalWithStartWorkflowExecution.Input";
    }
    SECTION("cron with a delay") {
        request.set_cron_schedule("@daily");
        request.mutable_workflow_start_delay()->set_seconds(1);
        message = "CronSchedule and WorkflowStartDelay may not be used together.";
    }
    const Status refused = send(world, request);
    CHECK(refused.code() == Code::InvalidArgument);
    CHECK_THAT(refused.message(), Catch::Contains(message));
    CHECK(world.history.calls.empty());
}

TEST_CASE("a deprecated namespace starts nothing new and lets the rest go on",
          "[frontend][namespace]") {
    FrontendWorld world;
    api::DeprecateNamespaceRequest deprecate;
    deprecate.set_namespace_("orders");
    REQUIRE(world.call<api::DeprecateNamespaceResponse>("DeprecateNamespace", deprecate).ok());
    const Status refused = send(world, valid_signal_with_start());
    CHECK(refused.code() == Code::FailedPrecondition);
    CHECK(refused.detail<NamespaceInvalidState>() != nullptr);
    CHECK(
        world.call<api::SignalWorkflowExecutionResponse>("SignalWorkflowExecution", valid_signal())
            .ok());
    CHECK(world.call<api::DeprecateNamespaceResponse>("DeprecateNamespace", deprecate).ok());
}

TEST_CASE("a deletion names a run", "[frontend][delete]") {
    FrontendWorld world;
    api::DeleteWorkflowExecutionRequest request;
    request.set_namespace_("orders");
    const auto send_deletion = [&] {
        return world.call<api::DeleteWorkflowExecutionResponse>("DeleteWorkflowExecution", request)
            .status();
    };
    CHECK(send_deletion().message() == "Execution is not set on request.");
    request.mutable_workflow_execution()->set_workflow_id("order-17");
    request.mutable_workflow_execution()->set_run_id("run-1");
    CHECK(send_deletion().message() == "Invalid RunId: 'run-1' is not a UUID.");
    CHECK(world.history.calls.empty());
    request.mutable_workflow_execution()->set_run_id(kRun);
    CHECK(send_deletion().ok());
}

TEST_CASE("history backwards asks history for whole batches", "[frontend][history]") {
    FrontendWorld world;
    api::GetWorkflowExecutionHistoryReverseRequest request;
    request.set_namespace_("orders");
    request.mutable_execution()->set_workflow_id("order-17");
    request.set_maximum_page_size(1000);
    request.set_next_page_token("token");
    REQUIRE(world
                .call<api::GetWorkflowExecutionHistoryReverseResponse>(
                    "GetWorkflowExecutionHistoryReverse", request)
                .ok());
    const auto& seen = world.history.last<role::v1::GetHistoryRequest>();
    CHECK(seen.newest_first());
    CHECK(seen.request().maximum_page_size() == 256);
    CHECK(seen.request().next_page_token() == "token");
}

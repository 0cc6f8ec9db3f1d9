#include "tests/frontend/world.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::tests;

namespace {

Status signal(FrontendWorld& world, const api::SignalWorkflowExecutionRequest& request) {
    return world.call<api::SignalWorkflowExecutionResponse>("SignalWorkflowExecution", request)
        .status();
}

api::GetWorkflowExecutionHistoryRequest history_request() {
    api::GetWorkflowExecutionHistoryRequest request;
    request.set_namespace_("orders");
    request.mutable_execution()->set_workflow_id("order-17");
    return request;
}

// What history was asked when `client` read.
const role::v1::GetHistoryRequest& read_history(FrontendWorld& world, rpc::CallContext context,
                                                std::int32_t page_size = 0) {
    auto request = history_request();
    request.set_maximum_page_size(page_size);
    REQUIRE(world
                .call<api::GetWorkflowExecutionHistoryResponse>("GetWorkflowExecutionHistory",
                                                                request, std::move(context))
                .ok());
    return world.history.last<role::v1::GetHistoryRequest>();
}

api::QueryWorkflowRequest query_request() {
    api::QueryWorkflowRequest request;
    request.set_namespace_("orders");
    request.mutable_execution()->set_workflow_id("order-17");
    request.mutable_query()->set_query_type("state");
    return request;
}

}  // namespace

TEST_CASE("a signal reaches history as it was sent", "[frontend][signal]") {
    FrontendWorld world;
    auto request = valid_signal();
    request.set_request_id("signal-1");
    request.mutable_workflow_execution()->set_run_id(kRun);
    REQUIRE(signal(world, request).ok());
    const auto& seen = world.history.last<role::v1::SignalWorkflowRequest>();
    CHECK(seen.namespace_id() == world.namespace_id);
    CHECK(seen.request().SerializeAsString() == request.SerializeAsString());
}

TEST_CASE("a signal without a request id keeps none: it is not deduplicated",
          "[frontend][signal]") {
    FrontendWorld world;
    REQUIRE(signal(world, valid_signal()).ok());
    CHECK(world.history.last<role::v1::SignalWorkflowRequest>().request().request_id().empty());
}

TEST_CASE("faults of a signal are refused by name", "[frontend][signal]") {
    FrontendWorld world;
    auto request = valid_signal();
    SECTION("no execution") {
        request.clear_workflow_execution();
        CHECK(signal(world, request).message() == "Execution is not set on request.");
    }
    SECTION("no workflow id") {
        request.mutable_workflow_execution()->clear_workflow_id();
        CHECK(signal(world, request).message() == "WorkflowId is not set on request.");
    }
    SECTION("a run id that is no UUID") {
        request.mutable_workflow_execution()->set_run_id("run-1");
        CHECK(signal(world, request).message() == "Invalid RunId: 'run-1' is not a UUID.");
    }
    SECTION("no name") {
        request.clear_signal_name();
        CHECK(signal(world, request).message() == "SignalName is not set on request.");
    }
    SECTION("a long name") {
        request.set_signal_name(std::string(1001, 's'));
        CHECK(signal(world, request).message() ==
              "SignalName length exceeds limit: 1001 bytes, 1000 are allowed.");
    }
    SECTION("a large input") {
        *request.mutable_input()->add_payloads() = payload_of(2 << 20);
        CHECK_THAT(signal(world, request).message(),
                   Catch::StartsWith("Blob data size exceeds limit. "
                                     "SignalWorkflowExecution.Input has 20971"));
    }
    CHECK(world.history.calls.empty());
}

TEST_CASE("a terminate without reason and identity gets the server's", "[frontend][terminate]") {
    FrontendWorld world;
    api::TerminateWorkflowExecutionRequest request;
    request.set_namespace_("orders");
    request.mutable_workflow_execution()->set_workflow_id("order-17");
    using Response = api::TerminateWorkflowExecutionResponse;
    REQUIRE(world.call<Response>("TerminateWorkflowExecution", request).ok());
    const auto& seen = world.history.last<role::v1::TerminateWorkflowRequest>().request();
    CHECK(seen.identity() == "frontend-service");
    CHECK_FALSE(seen.reason().empty());
    request.set_identity("me");
    request.set_reason("enough");
    REQUIRE(world.call<Response>("TerminateWorkflowExecution", request).ok());
    const auto& own = world.history.last<role::v1::TerminateWorkflowRequest>().request();
    CHECK(own.identity() == "me");
    CHECK(own.reason() == "enough");
}

TEST_CASE("a cancel request carries its chain's first run", "[frontend][cancel]") {
    FrontendWorld world;
    api::RequestCancelWorkflowExecutionRequest request;
    request.set_namespace_("orders");
    request.mutable_workflow_execution()->set_workflow_id("order-17");
    request.set_first_execution_run_id(kRun);
    using Response = api::RequestCancelWorkflowExecutionResponse;
    REQUIRE(world.call<Response>("RequestCancelWorkflowExecution", request).ok());
    CHECK(world.history.last<role::v1::RequestCancelWorkflowRequest>()
              .request()
              .first_execution_run_id() == kRun);
    request.set_first_execution_run_id("first");
    CHECK(world.call<Response>("RequestCancelWorkflowExecution", request).status().code() ==
          Code::InvalidArgument);
}

TEST_CASE("a page of history has at most 256 events", "[frontend][history]") {
    FrontendWorld world;
    const auto asked = GENERATE(0, -1, 1000);
    CHECK(read_history(world, {}, asked).request().maximum_page_size() == 256);
    CHECK(read_history(world, {}, 10).request().maximum_page_size() == 10);
}

TEST_CASE("trap: people do not see the virtual events of a transient workflow task",
          "[frontend][history]") {
    FrontendWorld world;
    rpc::CallContext context;
    CHECK(read_history(world, context).show_transient_events());
    context.client_name = "temporal-typescript";
    CHECK(read_history(world, context).show_transient_events());
    context.client_name = GENERATE(as<std::string>{}, "temporal-cli", "temporal-ui");
    CHECK_FALSE(read_history(world, context).show_transient_events());
}

TEST_CASE("trap: close events are rewritten only for readers that do not follow the next run",
          "[frontend][history]") {
    FrontendWorld world;
    rpc::CallContext context;
    CHECK_FALSE(read_history(world, context).follows_next_run_id());
    context.supported_features = "follows-next-run-id";
    CHECK(read_history(world, context).follows_next_run_id());
}

TEST_CASE("the wait of a long poll and its caller's absence reach history", "[frontend][history]") {
    FrontendWorld world;
    rpc::CallContext context;
    context.deadline = world.clock.now() + 5s;
    read_history(world, context);
    CHECK(world.history.calls.back().context.deadline == context.deadline);
    CHECK(world.history.calls.back().context.cancellation == context.cancellation);
}

TEST_CASE("faults of a query are refused by name", "[frontend][query]") {
    FrontendWorld world;
    auto request = query_request();
    std::string expected;
    SECTION("no query") {
        request.clear_query();
        expected = "WorkflowQuery is not set on request.";
    }
    SECTION("no type") {
        request.mutable_query()->clear_query_type();
        expected = "QueryType is not set on request.";
    }
    SECTION("an unknown condition") {
        request.set_query_reject_condition(static_cast<enums::QueryRejectCondition>(99));
        expected = "Invalid QueryRejectCondition: 99";
    }
    const auto status = world.call<api::QueryWorkflowResponse>("QueryWorkflow", request).status();
    CHECK(status.code() == Code::InvalidArgument);
    CHECK(status.message() == expected);
}

TEST_CASE("trap: a failing query handler is InvalidArgument with its failure",
          "[frontend][query]") {
    FrontendWorld world;
    world.history.failure = Status(Code::InvalidArgument, "boom", QueryFailed{"bytes"});
    const auto status =
        world.call<api::QueryWorkflowResponse>("QueryWorkflow", query_request()).status();
    CHECK(status.code() == Code::InvalidArgument);
    REQUIRE(status.detail<QueryFailed>() != nullptr);
    CHECK(status.detail<QueryFailed>()->failure == "bytes");
}

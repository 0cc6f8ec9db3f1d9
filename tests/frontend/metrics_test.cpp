#include "tests/frontend/world.h"
#include "tests/support/catch.h"

namespace server::tests {

namespace {

using Catch::Matchers::Contains;

api::DescribeWorkflowExecutionRequest describe_in(const std::string& namespace_name) {
    api::DescribeWorkflowExecutionRequest request;
    request.set_namespace_(namespace_name);
    request.mutable_execution()->set_workflow_id("order-17");
    return request;
}

std::string own(const std::string& namespace_name) {
    return "{namespace=\"" + namespace_name +
           "\",operation=\"DescribeWorkflowExecution\",service_name=\"frontend\"} ";
}

}  // namespace

TEST_CASE("every method is counted by its namespace, once it is known to exist",
          "[frontend][metrics]") {
    FrontendWorld world;
    const auto describe = [&world](const std::string& namespace_name) {
        return world.call<api::DescribeWorkflowExecutionResponse>("DescribeWorkflowExecution",
                                                                  describe_in(namespace_name));
    };
    CHECK(describe("orders").ok());
    CHECK(describe("orders").ok());
    CHECK_FALSE(describe("made-up-by-a-client").ok());
    const std::string text = world.metrics.to_text();
    CHECK_THAT(text, Contains("service_requests" + own("orders") + "2\n"));
    CHECK_THAT(text, Contains("service_latency_count" + own("orders") + "2\n"));
    CHECK_THAT(text, Contains("service_requests" + own("_unknown_") + "1\n"));
    CHECK_THAT(text, Contains("service_errors_entity_not_found" + own("_unknown_") + "1\n"));
    CHECK_THAT(text, Contains("error_type=\"serviceerror_NamespaceNotFound\""));
    CHECK_THAT(text, !Contains("made-up-by-a-client"));
}

TEST_CASE("limits that change hold for the next call", "[frontend][dynamic]") {
    FrontendWorld world;
    const auto start = [&world] {
        return world
            .call<api::StartWorkflowExecutionResponse>("StartWorkflowExecution", valid_start())
            .status()
            .code();
    };
    CHECK(start() == Code::Ok);
    frontend::Limits limits;
    limits.id_bytes_max = 3;
    world.frontend.set_limits(limits);
    CHECK(start() == Code::InvalidArgument);
    world.frontend.set_limits({});
    CHECK(start() == Code::Ok);
}

}  // namespace server::tests

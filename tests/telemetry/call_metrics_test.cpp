#include "server/telemetry/call_metrics.h"

#include <thread>

#include "tests/support/catch.h"

using namespace server;
using namespace server::telemetry;
using Catch::Matchers::Contains;

namespace {

void call(OperationMetrics& operation, std::string_view namespace_name, const Status& status,
          Duration took = 3ms) {
    MeasuredCall measure(operation, kEpoch);
    measure.of_namespace(namespace_name);
    measure.end(kEpoch + took, status);
}

const std::string kLabels = "{namespace=\"n\",operation=\"Start\",service_name=\"frontend\"}";

}  // namespace

TEST_CASE("a call is counted with its operation, namespace and latency", "[telemetry][calls]") {
    Registry registry;
    ServiceMetrics service(registry, "service", "frontend");
    call(service.operation("Start"), "n", ok_status());
    call(service.operation("Start"), "n", ok_status());
    const std::string text = registry.to_text();
    CHECK_THAT(text, Contains("service_requests" + kLabels + " 2\n"));
    CHECK_THAT(text, Contains("service_errors" + kLabels + " 0\n"));
    CHECK_THAT(text, Contains("service_latency_count" + kLabels + " 2\n"));
    CHECK_THAT(text, Contains("service_latency_bucket{le=\"0.005\",namespace=\"n\"") &&
                         Contains("service_pending_requests{operation=\"Start\"," +
                                  std::string("service_name=\"frontend\"} 0\n")));
}

TEST_CASE("a failure is counted by its type, a fault as an error", "[telemetry][calls]") {
    Registry registry;
    ServiceMetrics service(registry, "service", "frontend");
    OperationMetrics& start = service.operation("Start");
    call(start, "n", Status(Code::AlreadyExists, "", WorkflowAlreadyStarted{}));
    call(start, "n", not_found("gone"));
    call(start, "n", unavailable("later"));
    call(start, "n", Status(Code::ResourceExhausted, "", ResourceExhausted{}));
    const std::string text = registry.to_text();
    for (const char* type :
         {"WorkflowExecutionAlreadyStarted", "NotFound", "Unavailable", "ResourceExhausted"}) {
        INFO(type);
        CHECK_THAT(text, Contains("service_error_with_type{error_type=\"serviceerror_" +
                                  std::string(type) + "\",namespace=\"n\""));
    }
    CHECK_THAT(text, Contains("service_errors" + kLabels + " 1\n"));
    CHECK_THAT(text, Contains("service_errors_entity_not_found" + kLabels + " 1\n"));
    CHECK_THAT(text, Contains("service_errors_execution_already_started" + kLabels + " 1\n"));
    CHECK_THAT(text, Contains("resource_exhausted_cause=\"SystemOverloaded\""));
}

TEST_CASE("a call that runs is pending, also when it is destroyed unanswered",
          "[telemetry][calls]") {
    Registry registry;
    ServiceMetrics service(registry, "service", "frontend");
    OperationMetrics& poll = service.operation("Poll");
    const auto pending = [&registry] {
        return registry
            .gauge("service_pending_requests",
                   {{"operation", "Poll"}, {"service_name", "frontend"}})
            .value();
    };
    {
        const MeasuredCall measure(poll, kEpoch);
        CHECK(pending() == 1);
    }
    CHECK(pending() == 0);
    CHECK_THAT(registry.to_text(), !Contains("service_requests"));
}

TEST_CASE("namespaces beyond the bound are counted together", "[telemetry][calls]") {
    Registry registry;
    ServiceMetrics service(registry, "service", "frontend");
    for (int number = 0; number < 1000; ++number) {
        call(service.operation("Start"), "n" + std::to_string(number), ok_status());
    }
    const std::string text = registry.to_text();
    CHECK_THAT(text, Contains("namespace=\"n127\"") && !Contains("namespace=\"n128\""));
    CHECK_THAT(text, Contains("service_requests{namespace=\"_other_\",operation=\"Start\",service_"
                              "name=\"frontend\"} 872\n"));
}

TEST_CASE("threads that meet in a new series lose no count", "[telemetry][calls]") {
    constexpr int kThreads = 4;
    constexpr int kCalls = 2000;
    Registry registry;
    ServiceMetrics service(registry, "service", "frontend");
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&service] {
            for (int number = 0; number < kCalls; ++number) {
                call(service.operation("Op" + std::to_string(number % 50)),
                     "n" + std::to_string(number % 200), ok_status());
            }
        });
    }
    for (auto& thread : threads) thread.join();
    std::uint64_t total = 0;
    std::istringstream lines(registry.to_text());
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("service_requests{")) {
            total += std::stoull(line.substr(line.rfind(' ') + 1));
        }
    }
    CHECK(total == kThreads * kCalls);
}

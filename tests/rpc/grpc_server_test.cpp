#include "server/rpc/grpc_server.h"

#include <stdexcept>

#include "grpc/health/v1/health.pb.h"
#include "tests/rpc/edge.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::tests;

namespace {

using grpc::StatusCode;

Result<api::DescribeNamespaceResponse> answer_ok(rpc::CallContext, api::DescribeNamespaceRequest) {
    api::DescribeNamespaceResponse response;
    response.set_failover_version(7);
    return response;
}

std::string health_check(const std::string& service) {
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    return request.SerializeAsString();
}

constexpr char kHealthPath[] = "/grpc.health.v1.Health/Check";

}  // namespace

TEST_CASE("a call reaches its handler and its answer the caller", "[rpc]") {
    Edge edge;
    edge.on_describe([](rpc::CallContext, api::DescribeNamespaceRequest request) {
        api::DescribeNamespaceResponse response;
        response.mutable_namespace_info()->set_name(request.namespace_());
        return Result(response);
    });
    edge.start();
    api::DescribeNamespaceRequest request;
    request.set_namespace_("näme");
    const auto answer =
        edge.client->call(path_of("DescribeNamespace"), request.SerializeAsString());
    REQUIRE(answer.status.ok());
    api::DescribeNamespaceResponse response;
    REQUIRE(response.ParseFromString(answer.bytes));
    CHECK(response.namespace_info().name() == "näme");
}

TEST_CASE("trap: a method that is not built answers UNIMPLEMENTED and names itself", "[rpc]") {
    Edge edge;
    edge.start();
    const auto answer = edge.client->call(path_of("StartBatchOperation"), "");
    CHECK(answer.status.error_code() == StatusCode::UNIMPLEMENTED);
    CHECK(answer.status.error_message() == "method StartBatchOperation not implemented");
    CHECK(answer.status.error_details().empty());
}

TEST_CASE("every method of every service is registered, so none falls through", "[rpc]") {
    Edge edge;
    edge.start();
    const auto& service = edge.workflow_service.service();
    for (int index = 0; index < service.method_count(); ++index) {
        const auto& name = service.method(index)->name();
        const auto answer = edge.client->call(path_of(name), "");
        CHECK(answer.status.error_message() == "method " + name + " not implemented");
    }
}

TEST_CASE("what is no method at all is UNIMPLEMENTED in the words of grpc-go", "[rpc]") {
    Edge edge;
    edge.start();
    const auto method = edge.client->call(path_of("NoSuchMethod"), "");
    CHECK(method.status.error_code() == StatusCode::UNIMPLEMENTED);
    CHECK(method.status.error_message() ==
          "unknown method NoSuchMethod for service " + std::string(kWorkflowService));
    const auto service = edge.client->call("/no.such.Service/Method", "");
    CHECK(service.status.error_code() == StatusCode::UNIMPLEMENTED);
    CHECK(service.status.error_message() == "unknown service no.such.Service");
}

TEST_CASE("a request that is no message of its method is InvalidArgument", "[rpc]") {
    Edge edge;
    edge.on_describe(answer_ok);
    edge.start();
    const auto answer = edge.client->call(path_of("DescribeNamespace"), "\xff\xff\xff");
    CHECK(answer.status.error_code() == StatusCode::INVALID_ARGUMENT);
    CHECK(answer.status.error_message() ==
          "grpc: error unmarshalling request: the bytes are not a "
          "temporal.api.workflowservice.v1.DescribeNamespaceRequest");
    CHECK(edge.describe().status.ok());
}

TEST_CASE("a request that nests too deep to be stored inside something else is refused", "[rpc]") {
    Edge edge;
    edge.on_describe(answer_ok);
    edge.start();
    // A field that the message does not have, made of groups in groups: depth counts before
    // meaning.
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '\x7b') + std::string(depth, '\x7c');
    };
    CHECK(edge.client->call(path_of("DescribeNamespace"), nested(80)).status.ok());
    const auto answer = edge.client->call(path_of("DescribeNamespace"), nested(200));
    CHECK(answer.status.error_code() == StatusCode::INVALID_ARGUMENT);
    CHECK(answer.status.error_message() ==
          "grpc: error unmarshalling request: it nests deeper than 88 messages");
    const auto bomb = edge.client->call(path_of("DescribeNamespace"), nested(1'000'000));
    CHECK(bomb.status.error_code() == StatusCode::INVALID_ARGUMENT);
    CHECK(edge.describe().status.ok());
}

TEST_CASE("trap: a string that is not UTF-8 stops at the edge and the field is named", "[rpc]") {
    Edge edge;
    edge.on_describe(answer_ok);
    edge.start();
    const auto answer = edge.client->call(path_of("DescribeNamespace"), "\x0a\x02\xc3\x28");
    CHECK(answer.status.error_code() == StatusCode::INVALID_ARGUMENT);
    CHECK(answer.status.error_message() ==
          "grpc: error unmarshalling request: string field "
          "temporal.api.workflowservice.v1.DescribeNamespaceRequest.namespace contains invalid "
          "UTF-8");
}

TEST_CASE("trap: a string deep in a map is checked as well", "[rpc]") {
    Edge edge;
    edge.workflow_service
        .add<api::StartWorkflowExecutionRequest, api::StartWorkflowExecutionResponse>(
            "StartWorkflowExecution",
            [](rpc::CallContext, api::StartWorkflowExecutionRequest)
                -> Async<Result<api::StartWorkflowExecutionResponse>> {
                co_return api::StartWorkflowExecutionResponse();
            });
    edge.start();
    // memo (14) { fields (1) { key (1): 0xc3 0x28 } }
    const auto answer =
        edge.client->call(path_of("StartWorkflowExecution"), "\x72\x06\x0a\x04\x0a\x02\xc3\x28");
    CHECK(answer.status.error_code() == StatusCode::INVALID_ARGUMENT);
    CHECK_THAT(answer.status.error_message(), Catch::Contains("contains invalid UTF-8"));
}

TEST_CASE("trap: a request above 4 MiB is refused in the words of grpc-go", "[rpc]") {
    constexpr std::size_t kMax = 4 * 1024 * 1024;
    Edge edge;
    edge.on_describe(answer_ok);
    edge.start();
    // Field 99, length-delimited: unknown, so it is skipped. Tag and length take 6 bytes.
    const auto padded = [](std::size_t size) {
        std::string bytes("\x9a\x06", 2);
        std::size_t length = size - 6;
        for (int byte = 0; byte < 4; ++byte) {
            bytes += static_cast<char>((length & 0x7f) | (byte < 3 ? 0x80 : 0));
            length >>= 7;
        }
        return bytes.append(size - 6, 'x');
    };
    const std::string path = path_of("DescribeNamespace");

    CHECK(edge.client->call(path, padded(kMax)).status.ok());
    const bool gzip = GENERATE(false, true);
    RawOptions options;
    options.gzip = gzip;
    const auto answer = edge.client->call(path, padded(kMax + 1), options);
    CHECK(answer.status.error_code() == StatusCode::RESOURCE_EXHAUSTED);
    CHECK(answer.status.error_message() ==
          "grpc: received message larger than max (4194305 vs. 4194304)");
    CHECK(edge.describe().status.ok());
}

TEST_CASE("a compressed request is read", "[rpc]") {
    Edge edge;
    edge.on_describe([](rpc::CallContext, api::DescribeNamespaceRequest request) {
        api::DescribeNamespaceResponse response;
        response.mutable_namespace_info()->set_name(request.namespace_());
        return Result(response);
    });
    edge.start();
    api::DescribeNamespaceRequest request;
    request.set_namespace_(std::string(500, 'n'));
    RawOptions options;
    options.gzip = true;
    const auto answer =
        edge.client->call(path_of("DescribeNamespace"), request.SerializeAsString(), options);
    REQUIRE(answer.status.ok());
    CHECK_THAT(answer.bytes, Catch::Contains(std::string(500, 'n')));
}

TEST_CASE("headers and deadline of the caller are in the context", "[rpc]") {
    Edge edge;
    rpc::CallContext seen;
    edge.on_describe([&seen](rpc::CallContext context, api::DescribeNamespaceRequest request) {
        seen = context;
        return answer_ok(std::move(context), std::move(request));
    });
    edge.start();
    RawOptions options;
    options.metadata = {{"client-name", "temporal-typescript"},
                        {"client-version", "1.24.0"},
                        {"supported-server-versions", ">=1.0.0 <2.0.0"},
                        {"supported-features", "follows-next-run-id"},
                        {"caller-type", "api"}};
    const TimePoint before = edge.clock.now();
    REQUIRE(edge.describe(options).status.ok());
    CHECK(seen.client_name == "temporal-typescript");
    CHECK(seen.client_version == "1.24.0");
    CHECK(seen.supported_server_versions == ">=1.0.0 <2.0.0");
    CHECK(seen.follows_next_run_id());
    CHECK(seen.caller_type == "api");
    CHECK(seen.deadline > before);
    CHECK(seen.deadline < before + 60s);
}

TEST_CASE("a wall clock that was set back ends no call early", "[rpc]") {
    // Ours never runs backwards, and so is ahead of it.
    struct AheadClock final : Clock {
        TimePoint now() const override { return system.now() + 1h; }
        void arm(Timer& timer, TimePoint deadline) override { system.arm(timer, deadline - 1h); }
        void disarm(Timer&) override {}
        SystemClock system;
    };
    AheadClock clock;
    Edge edge;
    rpc::CallContext seen;
    edge.on_describe([&seen](rpc::CallContext context, api::DescribeNamespaceRequest request) {
        seen = context;
        return answer_ok(std::move(context), std::move(request));
    });
    rpc::GrpcServer::Options options;
    options.address = "127.0.0.1:0";
    options.services = {&edge.workflow_service};
    const auto server = rpc::GrpcServer::start(std::move(options), *edge.lanes, clock);
    REQUIRE(server.ok());
    RawClient client((*server)->port());
    const TimePoint before = clock.now();
    REQUIRE(client.call(path_of("DescribeNamespace"), "").status.ok());
    CHECK(seen.deadline > before);  // the client gave 10 s
    CHECK(seen.deadline < before + 60s);
}

TEST_CASE("trap: a caller that goes away frees its poll at once", "[rpc]") {
    Edge edge;
    Poll poll(edge);
    edge.start();
    const auto call = edge.client->start(path_of("PollWorkflowTaskQueue"), "");
    poll.wait_started();
    CHECK_FALSE(poll.context().cancellation->cancelled());
    call->cancel();
    poll.wait_ended();
    CHECK(call->wait().status.error_code() == StatusCode::CANCELLED);
}

TEST_CASE("a handler that throws is answered INTERNAL and the server lives", "[rpc]") {
    Edge edge;
    bool throws = true;
    edge.on_describe([&throws](rpc::CallContext context, api::DescribeNamespaceRequest request) {
        if (throws) throw std::runtime_error("secret detail");
        return answer_ok(std::move(context), std::move(request));
    });
    edge.start();
    const auto answer = edge.describe();
    CHECK(answer.status.error_code() == StatusCode::INTERNAL);
    CHECK_THAT(answer.status.error_message(), !Catch::Contains("secret"));
    throws = false;
    CHECK(edge.describe().status.ok());
}

TEST_CASE("a taken port is an error that names the port and the fix", "[rpc]") {
    Edge edge;
    edge.start();
    rpc::GrpcServer::Options options;
    options.address = "127.0.0.1:" + std::to_string(edge.server->port());
    const auto second = rpc::GrpcServer::start(options, *edge.lanes, edge.clock);
    REQUIRE_FALSE(second.ok());
    CHECK(second.status().code() == Code::FailedPrecondition);
    CHECK(second.status().message() ==
          "cannot listen on " + options.address +
              ": Address already in use; end the program that listens there (ss -ltnp 'sport = :" +
              std::to_string(edge.server->port()) + "' shows it) or choose another port");
}

TEST_CASE("what is no address of this machine is refused by name", "[rpc]") {
    Edge edge;
    rpc::GrpcServer::Options options;
    SECTION("no port") {
        options.address = "localhost";
        const auto server = rpc::GrpcServer::start(options, *edge.lanes, edge.clock);
        CHECK(server.status().code() == Code::InvalidArgument);
        CHECK_THAT(server.status().message(), Catch::StartsWith("not an address to listen on: "
                                                                "'localhost'"));
    }
    SECTION("another machine's address") {
        options.address = "192.0.2.1:7233";  // reserved for documentation, RFC 5737
        const auto server = rpc::GrpcServer::start(options, *edge.lanes, edge.clock);
        CHECK(server.status().code() == Code::FailedPrecondition);
        CHECK_THAT(server.status().message(), Catch::Contains("192.0.2.1:7233"));
    }
}

TEST_CASE("health answers for the process and for each service", "[rpc][health]") {
    Edge edge;
    edge.start();
    const auto service = GENERATE(as<std::string>{}, "", kWorkflowService, kOperatorService);
    const auto answer = edge.client->call(kHealthPath, health_check(service));
    REQUIRE(answer.status.ok());
    grpc::health::v1::HealthCheckResponse response;
    REQUIRE(response.ParseFromString(answer.bytes));
    CHECK(response.status() == grpc::health::v1::HealthCheckResponse::SERVING);
}

TEST_CASE("health of an unknown service is NOT_FOUND", "[rpc][health]") {
    Edge edge;
    edge.start();
    const auto answer = edge.client->call(kHealthPath, health_check("no.such.Service"));
    CHECK(answer.status.error_code() == StatusCode::NOT_FOUND);
    CHECK(answer.status.error_message() == "unknown service no.such.Service");
}

TEST_CASE("a service that stopped serving says so", "[rpc][health]") {
    Edge edge;
    edge.start();
    edge.server->health().set(std::string(kOperatorService), false);
    const auto answer = edge.client->call(kHealthPath, health_check(std::string(kOperatorService)));
    grpc::health::v1::HealthCheckResponse response;
    REQUIRE(response.ParseFromString(answer.bytes));
    CHECK(response.status() == grpc::health::v1::HealthCheckResponse::NOT_SERVING);
}

TEST_CASE("reflection lists the services", "[rpc]") {
    Edge edge;
    edge.start();
    // ServerReflectionRequest { list_services (7): "*" }
    const auto answer = edge.client->call(
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "\x3a\x01*");
    REQUIRE(answer.status.ok());
    CHECK_THAT(answer.bytes, Catch::Contains(std::string(kWorkflowService)));
    CHECK_THAT(answer.bytes, Catch::Contains(std::string(kOperatorService)));
    CHECK_THAT(answer.bytes, Catch::Contains("grpc.health.v1.Health"));
}

TEST_CASE("stopping ends open polls with their answer", "[rpc]") {
    Edge edge;
    Poll poll(edge);
    edge.start();
    const auto call = edge.client->start(path_of("PollWorkflowTaskQueue"), "");
    poll.wait_started();
    CHECK(edge.server->open_calls() == 1);
    edge.server->stop(10s);
    CHECK(call->wait().status.ok());
}

TEST_CASE("a call whose lane stopped is answered UNAVAILABLE", "[rpc]") {
    Edge edge;
    Poll poll(edge);
    edge.start();
    const auto call = edge.client->start(path_of("PollWorkflowTaskQueue"), "");
    poll.wait_started();
    edge.lanes.reset();
    const auto answer = call->wait();
    CHECK(answer.status.error_code() == StatusCode::UNAVAILABLE);
    CHECK(answer.status.error_message() == "this server is stopping, try again");
}

TEST_CASE("calls above the maximum of open ones are refused, not queued", "[rpc]") {
    Edge edge;
    Poll poll(edge);
    edge.on_describe(answer_ok);
    rpc::TransportLimits limits;
    limits.open_calls_max = 1;
    edge.start(limits);
    const auto call = edge.client->start(path_of("PollWorkflowTaskQueue"), "");
    poll.wait_started();
    const auto refused = edge.describe();
    CHECK(refused.status.error_code() == StatusCode::RESOURCE_EXHAUSTED);
    CHECK(refused.headers.find("x-resource-exhausted-cause")->second == "SystemOverloaded");
    call->cancel();
    poll.wait_ended();
}

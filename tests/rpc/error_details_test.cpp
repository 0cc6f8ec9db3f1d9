#include "server/rpc/error_details.h"

#include "google/rpc/status.pb.h"
#include "temporal/api/errordetails/v1/message.pb.h"
#include "tests/rpc/edge.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::tests;

namespace {

namespace details = ::temporal::api::errordetails::v1;

// The only detail of the status, as `Detail`.
template <class Detail>
Detail detail_of(const grpc::Status& status) {
    google::rpc::Status wire;
    REQUIRE(wire.ParseFromString(status.error_details()));
    CHECK(wire.code() == static_cast<int>(status.error_code()));
    CHECK(wire.message() == status.error_message());
    REQUIRE(wire.details_size() == 1);
    CHECK(wire.details(0).type_url() == "type.googleapis.com/" + Detail::descriptor()->full_name());
    Detail detail;
    REQUIRE(wire.details(0).UnpackTo(&detail));
    return detail;
}

}  // namespace

TEST_CASE("trap: error details travel as SDKs read them, byte for byte", "[rpc][errors]") {
    Edge edge;
    edge.on_describe([](rpc::CallContext, api::DescribeNamespaceRequest) {
        const WorkflowAlreadyStarted detail{"req", "run", "first"};
        return Result<api::DescribeNamespaceResponse>(
            Status(Code::AlreadyExists, "started", detail));
    });
    edge.start();
    const auto answer = edge.describe();
    CHECK(answer.status.error_code() == grpc::StatusCode::ALREADY_EXISTS);
    CHECK(answer.status.error_message() == "started");
    const std::string type =
        "type.googleapis.com/temporal.api.errordetails.v1.WorkflowExecutionAlreadyStartedFailure";
    const std::string value =
        "\x0a\x03req\x12\x03run\x1a\x05"
        "first";
    std::string any = "\x0a" + std::string(1, static_cast<char>(type.size())) + type;
    any += "\x12" + std::string(1, static_cast<char>(value.size())) + value;
    REQUIRE(any.size() < 128);  // so that its length is one byte
    std::string expected = "\x08\x06\x12\x07started\x1a";
    expected += static_cast<char>(any.size());
    CHECK(answer.status.error_details() == expected + any);
}

TEST_CASE("each detail becomes its message with every field", "[rpc][errors]") {
    SECTION("not found, attached even though empty") {
        detail_of<details::NotFoundFailure>(rpc::to_grpc(not_found("no such run")));
    }
    SECTION("namespace not found") {
        const Status status(Code::NotFound, "gone", NamespaceNotFound{"orders"});
        CHECK(detail_of<details::NamespaceNotFoundFailure>(rpc::to_grpc(status)).namespace_() ==
              "orders");
    }
    SECTION("namespace already exists") {
        const Status status(Code::AlreadyExists, "taken", NamespaceAlreadyExists{});
        detail_of<details::NamespaceAlreadyExistsFailure>(rpc::to_grpc(status));
    }
    SECTION("namespace in a wrong state") {
        const Status status(Code::FailedPrecondition, "deprecated",
                            NamespaceInvalidState{"orders", 2, {1}});
        const auto detail = detail_of<details::NamespaceInvalidStateFailure>(rpc::to_grpc(status));
        CHECK(detail.namespace_() == "orders");
        CHECK(detail.state() == temporal::api::enums::v1::NAMESPACE_STATE_DEPRECATED);
        REQUIRE(detail.allowed_states_size() == 1);
        CHECK(detail.allowed_states(0) == temporal::api::enums::v1::NAMESPACE_STATE_REGISTERED);
    }
    SECTION("query failed") {
        temporal::api::failure::v1::Failure failure;
        failure.set_message("boom");
        const Status status(Code::InvalidArgument, "boom",
                            QueryFailed{failure.SerializeAsString()});
        CHECK(detail_of<details::QueryFailedFailure>(rpc::to_grpc(status)).failure().message() ==
              "boom");
    }
    SECTION("workflow not ready") {
        const Status status(Code::FailedPrecondition, "not yet", WorkflowNotReady{});
        detail_of<details::WorkflowNotReadyFailure>(rpc::to_grpc(status));
    }
    SECTION("client version") {
        const Status status(Code::FailedPrecondition, "old",
                            ClientVersionNotSupported{"2.0.0", "temporal-go", "<2.0.0"});
        const auto detail =
            detail_of<details::ClientVersionNotSupportedFailure>(rpc::to_grpc(status));
        CHECK(detail.client_version() == "2.0.0");
        CHECK(detail.client_name() == "temporal-go");
        CHECK(detail.supported_versions() == "<2.0.0");
    }
    SECTION("server version") {
        const Status status(Code::FailedPrecondition, "old",
                            ServerVersionNotSupported{"1.32.0", ">=2.0.0"});
        const auto detail =
            detail_of<details::ServerVersionNotSupportedFailure>(rpc::to_grpc(status));
        CHECK(detail.server_version() == "1.32.0");
        CHECK(detail.client_supported_server_versions() == ">=2.0.0");
    }
    SECTION("permission denied") {
        const Status status(Code::PermissionDenied, "no", PermissionDenied{"role"});
        CHECK(detail_of<details::PermissionDeniedFailure>(rpc::to_grpc(status)).reason() == "role");
    }
}

TEST_CASE("resource exhausted also says why in its headers", "[rpc][errors]") {
    Edge edge;
    edge.on_describe([](rpc::CallContext, api::DescribeNamespaceRequest) {
        const ResourceExhausted detail{ResourceExhausted::Cause::busy_workflow,
                                       ResourceExhausted::Scope::of_namespace};
        return Result<api::DescribeNamespaceResponse>(
            Status(Code::ResourceExhausted, "busy", detail));
    });
    edge.start();
    const auto answer = edge.describe();
    const auto detail = detail_of<details::ResourceExhaustedFailure>(answer.status);
    CHECK(detail.cause() == temporal::api::enums::v1::RESOURCE_EXHAUSTED_CAUSE_BUSY_WORKFLOW);
    CHECK(detail.scope() == temporal::api::enums::v1::RESOURCE_EXHAUSTED_SCOPE_NAMESPACE);
    CHECK(answer.headers.find("x-resource-exhausted-cause")->second == "BusyWorkflow");
    CHECK(answer.headers.find("x-resource-exhausted-scope")->second == "Namespace");
}

TEST_CASE("words between roles never reach a client", "[rpc][errors]") {
    const auto detail =
        GENERATE(ErrorDetail(TaskObsolete{}), ErrorDetail(StickyWorkerUnavailable{}),
                 ErrorDetail(OwnershipLost{"10.0.0.7:7234"}));
    const auto status = rpc::to_grpc(Status(Code::FailedPrecondition, "moved", detail));
    CHECK(status.error_code() == grpc::StatusCode::UNAVAILABLE);
    CHECK(status.error_details().empty());
}

TEST_CASE("a long message is cut at the border of a character", "[rpc][errors]") {
    const std::string message = std::string(3999, 'x') + "ä and more";
    const auto status = rpc::to_grpc(invalid_argument(message));
    CHECK(status.error_message() == std::string(3999, 'x'));
}

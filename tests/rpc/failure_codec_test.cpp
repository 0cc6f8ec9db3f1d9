#include "server/rpc/failure_codec.h"

#include <array>

#include "server/base/error_details.h"
#include "tests/support/catch.h"
#include "tests/support/role_edge.h"

using namespace server;
using namespace server::tests;

namespace {

const std::array<ErrorDetail, std::variant_size_v<ErrorDetail>>& every_detail() {
    static const std::array<ErrorDetail, std::variant_size_v<ErrorDetail>> details{
        NotFound{},
        NamespaceNotFound{"orders"},
        NamespaceAlreadyExists{},
        NamespaceInvalidState{"orders", 2, {1, 3}},
        WorkflowAlreadyStarted{"request", "run", "first"},
        QueryFailed{std::string("\x00\xff bytes", 8)},
        WorkflowNotReady{},
        ResourceExhausted{ResourceExhausted::Cause::busy_workflow,
                          ResourceExhausted::Scope::system},
        ClientVersionNotSupported{"2.0.0", "temporal-go", "<2.0.0"},
        ServerVersionNotSupported{"1.32.0", ">=2.0.0"},
        PermissionDenied{"role"},
        TaskObsolete{},
        StickyWorkerUnavailable{},
        OwnershipLost{"10.0.0.7:7234"},
        PeerUnreachable{"10.0.0.8:7234"},
    };
    return details;
}

template <class T>
bool same(const T&, const T&) {
    static_assert(std::is_empty_v<T>, "a detail with fields needs an overload");
    return true;
}
bool same(const NamespaceNotFound& a, const NamespaceNotFound& b) {
    return a.namespace_name == b.namespace_name;
}
bool same(const NamespaceInvalidState& a, const NamespaceInvalidState& b) {
    return a.namespace_name == b.namespace_name && a.state == b.state &&
           a.allowed_states == b.allowed_states;
}
bool same(const WorkflowAlreadyStarted& a, const WorkflowAlreadyStarted& b) {
    return a.start_request_id == b.start_request_id && a.run_id == b.run_id &&
           a.first_execution_run_id == b.first_execution_run_id;
}
bool same(const QueryFailed& a, const QueryFailed& b) { return a.failure == b.failure; }
bool same(const ResourceExhausted& a, const ResourceExhausted& b) {
    return a.cause == b.cause && a.scope == b.scope;
}
bool same(const ClientVersionNotSupported& a, const ClientVersionNotSupported& b) {
    return a.client_version == b.client_version && a.client_name == b.client_name &&
           a.supported_versions == b.supported_versions;
}
bool same(const ServerVersionNotSupported& a, const ServerVersionNotSupported& b) {
    return a.server_version == b.server_version &&
           a.client_supported_server_versions == b.client_supported_server_versions;
}
bool same(const PermissionDenied& a, const PermissionDenied& b) { return a.reason == b.reason; }
bool same(const OwnershipLost& a, const OwnershipLost& b) { return a.owner == b.owner; }
bool same(const PeerUnreachable& a, const PeerUnreachable& b) { return a.address == b.address; }

bool same_detail(const ErrorDetail& sent, const ErrorDetail* received) {
    if (received == nullptr || sent.index() != received->index()) return false;
    return std::visit(
        [&](const auto& detail) {
            return same(detail, std::get<std::decay_t<decltype(detail)>>(*received));
        },
        sent);
}

}  // namespace

TEST_CASE("law: every detail crosses between roles whole", "[rpc][errors]") {
    std::size_t next = 0;
    AnsweringPeer callee([&](const rpc::CallContext&, const WatchRequest&) -> WatchResult {
        return Status(Code::FailedPrecondition, "müssen: 100 %\n", every_detail()[next]);
    });
    RoleEdge edge;
    edge.start(callee);
    Caller caller(edge.address());
    for (; next < every_detail().size(); ++next) {
        REQUIRE(every_detail()[next].index() == next);  // none is missing above
        const Status received = caller.watch().status();
        CHECK(received.code() == Code::FailedPrecondition);
        CHECK(received.message() == "müssen: 100 %\n");
        CHECK(same_detail(every_detail()[next], received.any_detail()));
    }
}

TEST_CASE("every code crosses, with no detail where there was none", "[rpc][errors]") {
    for (int code = 1; code <= static_cast<int>(Code::Unauthenticated); ++code) {
        const Status sent(static_cast<Code>(code), "message");
        const auto received = rpc::from_callee(rpc::to_caller(sent));
        REQUIRE(received);
        CHECK(received->code() == sent.code());
        CHECK(received->message() == "message");
        CHECK(received->any_detail() == nullptr);
    }
    CHECK(rpc::to_caller(ok_status()).ok());
}

TEST_CASE("a failure as large as a request crosses whole", "[rpc][errors]") {
    const std::string failure(4 * 1024 * 1024, '\xff');
    const std::string message(100'000, 'm');
    AnsweringPeer callee([&](const rpc::CallContext&, const WatchRequest&) -> WatchResult {
        return Status(Code::InvalidArgument, message, QueryFailed{failure});
    });
    RoleEdge edge;
    edge.start(callee);
    Caller caller(edge.address());
    const Status received = caller.watch().status();
    INFO(received.message().substr(0, 200));
    CHECK(received.code() == Code::InvalidArgument);
    CHECK((received.message() == message));  // too long to be printed
    REQUIRE(received.detail<QueryFailed>() != nullptr);
    CHECK((received.detail<QueryFailed>()->failure == failure));
}

TEST_CASE("a failure that no role made is told from an answer", "[rpc][errors]") {
    CHECK_FALSE(rpc::from_callee({grpc::StatusCode::UNAVAILABLE, "Socket closed"}));
    CHECK_FALSE(rpc::from_callee({grpc::StatusCode::INTERNAL, "", "\xff\xff no failure"}));
}

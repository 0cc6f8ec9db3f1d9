#include "server/rpc/failure_codec.h"

#include "server/base/mutant.h"
#include "server/role/v1/failure.pb.h"
#include "server/rpc/error_details.h"

namespace server::rpc {

namespace {

using role::v1::Failure;

// One overload per detail, in the order of ErrorDetail.
struct PutDetail {
    Failure& to;

    void operator()(const NotFound&) const { to.mutable_not_found(); }
    void operator()(const NamespaceNotFound& from) const {
        to.mutable_namespace_not_found()->set_namespace_name(from.namespace_name);
    }
    void operator()(const NamespaceAlreadyExists&) const { to.mutable_namespace_already_exists(); }
    void operator()(const NamespaceInvalidState& from) const {
        auto& detail = *to.mutable_namespace_invalid_state();
        detail.set_namespace_name(from.namespace_name);
        detail.set_state(from.state);
        for (const int state : from.allowed_states) detail.add_allowed_states(state);
    }
    void operator()(const WorkflowAlreadyStarted& from) const {
        auto& detail = *to.mutable_workflow_already_started();
        detail.set_start_request_id(from.start_request_id);
        detail.set_run_id(from.run_id);
        detail.set_first_execution_run_id(from.first_execution_run_id);
    }
    void operator()(const QueryFailed& from) const {
        to.mutable_query_failed()->set_failure(from.failure);
    }
    void operator()(const WorkflowNotReady&) const { to.mutable_workflow_not_ready(); }
    void operator()(const ResourceExhausted& from) const {
        auto& detail = *to.mutable_resource_exhausted();
        detail.set_cause(static_cast<int>(from.cause));
        detail.set_scope(static_cast<int>(from.scope));
    }
    void operator()(const ClientVersionNotSupported& from) const {
        auto& detail = *to.mutable_client_version_not_supported();
        detail.set_client_version(from.client_version);
        detail.set_client_name(from.client_name);
        detail.set_supported_versions(from.supported_versions);
    }
    void operator()(const ServerVersionNotSupported& from) const {
        auto& detail = *to.mutable_server_version_not_supported();
        detail.set_server_version(from.server_version);
        detail.set_client_supported_server_versions(from.client_supported_server_versions);
    }
    void operator()(const PermissionDenied& from) const {
        to.mutable_permission_denied()->set_reason(from.reason);
    }
    void operator()(const TaskObsolete&) const { to.mutable_task_obsolete(); }
    void operator()(const StickyWorkerUnavailable&) const {
        to.mutable_sticky_worker_unavailable();
    }
    void operator()(const OwnershipLost& from) const {
        to.mutable_ownership_lost()->set_owner(from.owner);
    }
    void operator()(const PeerUnreachable& from) const {
        to.mutable_peer_unreachable()->set_address(from.address);
    }
};

NamespaceInvalidState invalid_state_of(const Failure::NamespaceInvalidState& from) {
    return {from.namespace_name(),
            from.state(),
            {from.allowed_states().begin(), from.allowed_states().end()}};
}

ResourceExhausted resource_exhausted_of(const Failure::ResourceExhausted& from) {
    return {static_cast<ResourceExhausted::Cause>(from.cause()),
            static_cast<ResourceExhausted::Scope>(from.scope())};
}

WorkflowAlreadyStarted already_started_of(const Failure::WorkflowAlreadyStarted& from) {
    return {from.start_request_id(), from.run_id(), from.first_execution_run_id()};
}

ClientVersionNotSupported client_version_of(const Failure::ClientVersionNotSupported& from) {
    return {from.client_version(), from.client_name(), from.supported_versions()};
}

ServerVersionNotSupported server_version_of(const Failure::ServerVersionNotSupported& from) {
    return {from.server_version(), from.client_supported_server_versions()};
}

// Nothing when there is none, or one of a newer version.
std::optional<ErrorDetail> detail_in(const Failure& from) {
    switch (from.detail_case()) {
    case Failure::DETAIL_NOT_SET: return std::nullopt;
    case Failure::kNotFound: return NotFound{};
    case Failure::kNamespaceNotFound:
        return NamespaceNotFound{from.namespace_not_found().namespace_name()};
    case Failure::kNamespaceAlreadyExists: return NamespaceAlreadyExists{};
    case Failure::kNamespaceInvalidState: return invalid_state_of(from.namespace_invalid_state());
    case Failure::kWorkflowAlreadyStarted:
        return already_started_of(from.workflow_already_started());
    case Failure::kQueryFailed: return QueryFailed{from.query_failed().failure()};
    case Failure::kWorkflowNotReady: return WorkflowNotReady{};
    case Failure::kResourceExhausted: return resource_exhausted_of(from.resource_exhausted());
    case Failure::kClientVersionNotSupported:
        return client_version_of(from.client_version_not_supported());
    case Failure::kServerVersionNotSupported:
        return server_version_of(from.server_version_not_supported());
    case Failure::kPermissionDenied: return PermissionDenied{from.permission_denied().reason()};
    case Failure::kTaskObsolete: return TaskObsolete{};
    case Failure::kStickyWorkerUnavailable: return StickyWorkerUnavailable{};
    case Failure::kOwnershipLost: return OwnershipLost{from.ownership_lost().owner()};
    case Failure::kPeerUnreachable: return PeerUnreachable{from.peer_unreachable().address()};
    }
    return std::nullopt;
}

Code code_of(int code) {
    const bool known =
        code > static_cast<int>(Code::Ok) && code <= static_cast<int>(Code::Unauthenticated);
    return known ? static_cast<Code>(code) : Code::Unknown;
}

}  // namespace

grpc::Status to_caller(const Status& status) {
    if (status.ok()) return grpc::Status::OK;
    Failure failure;
    failure.set_code(static_cast<int>(status.code()));
    failure.set_message(status.message());
    const bool lost = mutant("failure_details_lost");
    if (status.any_detail() != nullptr && !lost) {
        std::visit(PutDetail{failure}, *status.any_detail());
    }
    // The message is in the details, where it costs no escaping; this copy is for people's tools.
    return {static_cast<grpc::StatusCode>(status.code()), cut_message(status.message()),
            failure.SerializeAsString()};
}

std::optional<Status> from_callee(const grpc::Status& status) {
    Failure failure;
    const std::string bytes = status.error_details();
    if (bytes.empty() || !failure.ParseFromString(bytes) || failure.code() == 0) {
        return std::nullopt;
    }
    auto detail = detail_in(failure);
    if (!detail) return Status(code_of(failure.code()), failure.message());
    return Status(code_of(failure.code()), failure.message(), std::move(*detail));
}

}  // namespace server::rpc

#include "server/rpc/error_details.h"

#include <google/protobuf/any.pb.h>

#include <memory>

#include "google/rpc/status.pb.h"
#include "temporal/api/enums/v1/failed_cause.pb.h"
#include "temporal/api/errordetails/v1/message.pb.h"

namespace server::rpc {

namespace {

namespace details = ::temporal::api::errordetails::v1;
namespace enums = ::temporal::api::enums::v1;

using MessagePtr = std::unique_ptr<google::protobuf::Message>;

// One overload per detail; null for those that never reach the wire.
struct ToWire {
    MessagePtr operator()(const NotFound&) const {
        return std::make_unique<details::NotFoundFailure>();
    }
    MessagePtr operator()(const NamespaceNotFound& from) const {
        auto to = std::make_unique<details::NamespaceNotFoundFailure>();
        to->set_namespace_(from.namespace_name);
        return to;
    }
    MessagePtr operator()(const NamespaceAlreadyExists&) const {
        return std::make_unique<details::NamespaceAlreadyExistsFailure>();
    }
    MessagePtr operator()(const NamespaceInvalidState& from) const {
        auto to = std::make_unique<details::NamespaceInvalidStateFailure>();
        to->set_namespace_(from.namespace_name);
        to->set_state(static_cast<enums::NamespaceState>(from.state));
        for (const int state : from.allowed_states) {
            to->add_allowed_states(static_cast<enums::NamespaceState>(state));
        }
        return to;
    }
    MessagePtr operator()(const WorkflowAlreadyStarted& from) const {
        auto to = std::make_unique<details::WorkflowExecutionAlreadyStartedFailure>();
        to->set_start_request_id(from.start_request_id);
        to->set_run_id(from.run_id);
        to->set_first_execution_run_id(from.first_execution_run_id);
        return to;
    }
    MessagePtr operator()(const QueryFailed& from) const {
        auto to = std::make_unique<details::QueryFailedFailure>();
        if (!from.failure.empty() && !to->mutable_failure()->ParseFromString(from.failure)) {
            to->clear_failure();
        }
        return to;
    }
    MessagePtr operator()(const WorkflowNotReady&) const {
        return std::make_unique<details::WorkflowNotReadyFailure>();
    }
    MessagePtr operator()(const ResourceExhausted& from) const {
        auto to = std::make_unique<details::ResourceExhaustedFailure>();
        to->set_cause(static_cast<enums::ResourceExhaustedCause>(from.cause));
        to->set_scope(static_cast<enums::ResourceExhaustedScope>(from.scope));
        return to;
    }
    MessagePtr operator()(const ClientVersionNotSupported& from) const {
        auto to = std::make_unique<details::ClientVersionNotSupportedFailure>();
        to->set_client_version(from.client_version);
        to->set_client_name(from.client_name);
        to->set_supported_versions(from.supported_versions);
        return to;
    }
    MessagePtr operator()(const ServerVersionNotSupported& from) const {
        auto to = std::make_unique<details::ServerVersionNotSupportedFailure>();
        to->set_server_version(from.server_version);
        to->set_client_supported_server_versions(from.client_supported_server_versions);
        return to;
    }
    MessagePtr operator()(const PermissionDenied& from) const {
        auto to = std::make_unique<details::PermissionDeniedFailure>();
        to->set_reason(from.reason);
        return to;
    }
    MessagePtr operator()(const TaskObsolete&) const { return nullptr; }
    MessagePtr operator()(const StickyWorkerUnavailable&) const { return nullptr; }
    MessagePtr operator()(const OwnershipLost&) const { return nullptr; }
    MessagePtr operator()(const PeerUnreachable&) const { return nullptr; }
};

// RESOURCE_EXHAUSTED_CAUSE_RPS_LIMIT → RpsLimit, as Temporal writes enumerations in headers.
std::string short_name(std::string_view name, std::string_view prefix) {
    if (name.substr(0, prefix.size()) == prefix) name.remove_prefix(prefix.size());
    std::string result;
    bool capital = true;
    for (const char letter : name) {
        if (letter == '_') {
            capital = true;
            continue;
        }
        result += capital || letter < 'A' ? letter : static_cast<char>(letter - 'A' + 'a');
        capital = false;
    }
    return result;
}

}  // namespace

std::string cut_message(const std::string& message) {
    if (message.size() <= kErrorMessageBytesMax) return message;
    std::size_t end = kErrorMessageBytesMax;
    while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xC0) == 0x80) --end;
    return message.substr(0, end);
}

grpc::Status to_grpc(const Status& status) {
    if (status.ok()) return grpc::Status::OK;
    const std::string message = cut_message(status.message());
    const auto code = static_cast<grpc::StatusCode>(status.code());
    if (status.any_detail() == nullptr) return {code, message};
    const MessagePtr detail = std::visit(ToWire{}, *status.any_detail());
    if (!detail) return {grpc::StatusCode::UNAVAILABLE, message};
    google::rpc::Status wire;
    wire.set_code(static_cast<int>(code));
    wire.set_message(message);
    wire.add_details()->PackFrom(*detail);
    return {code, message, wire.SerializeAsString()};
}

std::vector<std::pair<std::string, std::string>> response_headers(const Status& status) {
    const auto* exhausted = status.detail<ResourceExhausted>();
    if (exhausted == nullptr) return {};
    const auto cause = static_cast<enums::ResourceExhaustedCause>(exhausted->cause);
    const auto scope = static_cast<enums::ResourceExhaustedScope>(exhausted->scope);
    return {{"x-resource-exhausted-cause",
             short_name(enums::ResourceExhaustedCause_Name(cause), "RESOURCE_EXHAUSTED_CAUSE_")},
            {"x-resource-exhausted-scope",
             short_name(enums::ResourceExhaustedScope_Name(scope), "RESOURCE_EXHAUSTED_SCOPE_")}};
}

}  // namespace server::rpc

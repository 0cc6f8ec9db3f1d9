#include "server/frontend/validation/namespaces.h"

#include "server/frontend/validation/ids.h"
#include "server/frontend/validation/not_built.h"
#include "server/frontend/validation/timeouts.h"

namespace server::frontend {

namespace {

namespace enums = ::temporal::api::enums::v1;
using Registration = ::temporal::api::workflowservice::v1::RegisterNamespaceRequest;

Status check_clusters(const Registration& request, const std::string& cluster_name) {
    if (request.is_global_namespace()) {
        return invalid_argument(
            "cannot register a global namespace: global namespaces are not "
            "enabled on this cluster");
    }
    if (!request.active_cluster_name().empty() && request.active_cluster_name() != cluster_name) {
        return invalid_argument("active_cluster_name " + request.active_cluster_name() +
                                " is not this cluster, " + cluster_name);
    }
    for (const auto& cluster : request.clusters()) {
        if (cluster.cluster_name() == cluster_name) continue;
        return invalid_argument("cluster " + cluster.cluster_name() + " is not this cluster, " +
                                cluster_name);
    }
    return {};
}

}  // namespace

Status check_retention(bool present, const google::protobuf::Duration& retention,
                       const Limits& limits) {
    const auto minutes =
        std::chrono::duration_cast<std::chrono::minutes>(limits.retention_min).count();
    const std::string at_least = "it must be at least " + std::to_string(minutes) + " minutes.";
    if (!present) {
        return invalid_argument("A valid retention period is not set on request: " + at_least);
    }
    TRY(check_duration("WorkflowExecutionRetentionPeriod", retention));
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(limits.retention_min).count();
    if (retention.seconds() >= seconds) return {};
    return invalid_argument("A valid retention period is not set on request: " +
                            std::to_string(retention.seconds()) + " s is too short, " + at_least);
}

Status check_registration(const Registration& request, const std::string& cluster_name,
                          const Limits& limits) {
    TRY(check_name("Namespace", request.namespace_(), limits.id_bytes_max));
    TRY(check_clusters(request, cluster_name));
    TRY(check_retention(request.has_workflow_execution_retention_period(),
                        request.workflow_execution_retention_period(), limits));
    if (request.history_archival_state() == enums::ARCHIVAL_STATE_ENABLED ||
        request.visibility_archival_state() == enums::ARCHIVAL_STATE_ENABLED) {
        return not_built("RegisterNamespace", "archival");
    }
    return {};
}

Status check_state_change(enums::NamespaceState from, enums::NamespaceState to) {
    if (to == enums::NAMESPACE_STATE_UNSPECIFIED || to == from) return {};
    const bool forward =
        (from == enums::NAMESPACE_STATE_REGISTERED &&
         (to == enums::NAMESPACE_STATE_DEPRECATED || to == enums::NAMESPACE_STATE_DELETED)) ||
        (from == enums::NAMESPACE_STATE_DEPRECATED && to == enums::NAMESPACE_STATE_DELETED);
    if (forward) return {};
    return invalid_argument("Invalid namespace state transition from " +
                            enums::NamespaceState_Name(from) + " to " + std::to_string(to) + ".");
}

Status check_namespace_info(const ::temporal::api::namespace_::v1::NamespaceInfo& info,
                            const Limits& limits) {
    const std::size_t size = info.ByteSizeLong();
    if (size <= limits.namespace_data_bytes_max) return {};
    return invalid_argument("namespace info has " + std::to_string(size) + " bytes, " +
                            std::to_string(limits.namespace_data_bytes_max) +
                            " are allowed: shorten description, owner or data.");
}

}  // namespace server::frontend

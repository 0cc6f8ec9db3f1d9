#include "server/frontend/namespace_view.h"

namespace server::frontend {

::temporal::api::workflowservice::v1::DescribeNamespaceResponse describe(
    const Frontend& frontend, const cluster::NamespaceEntry& entry) {
    ::temporal::api::workflowservice::v1::DescribeNamespaceResponse response;
    auto& info = *response.mutable_namespace_info();
    info = entry.stored.info();
    // Each is a promise by which SDKs change what they do: on only where the feature passes its
    // tests.
    info.mutable_capabilities()->set_eager_workflow_start(true);
    auto& limits = *info.mutable_limits();
    limits.set_blob_size_limit_error(static_cast<std::int64_t>(frontend.limits().blob_bytes_max));
    limits.set_memo_size_limit_error(static_cast<std::int64_t>(frontend.limits().memo_bytes_max));
    limits.set_workflow_task_completion_size_limit_error(
        static_cast<std::int64_t>(frontend.limits().workflow_task_completion_bytes_max));
    *response.mutable_config() = entry.stored.config();
    auto& replication = *response.mutable_replication_config();
    replication.set_active_cluster_name(frontend.cluster().cluster_name);
    replication.add_clusters()->set_cluster_name(frontend.cluster().cluster_name);
    replication.set_state(temporal::api::enums::v1::REPLICATION_STATE_NORMAL);
    return response;
}

}  // namespace server::frontend

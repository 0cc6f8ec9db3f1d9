#include "server/frontend/api/admin/methods.h"
#include "server/frontend/cluster_view.h"

namespace server::frontend::admin {

Async<Result<admin_api::ListClustersResponse>> list_clusters(Frontend& frontend, Call,
                                                             admin_api::ListClustersRequest) {
    admin_api::ListClustersResponse response;
    auto& cluster = *response.add_clusters();
    cluster.set_cluster_name(frontend.cluster().cluster_name);
    cluster.set_history_shard_count(frontend.cluster().history_shard_count);
    cluster.set_cluster_id(frontend.cluster().cluster_id);
    cluster.set_cluster_address(frontend.address());
    cluster.set_failover_version_increment(kFailoverVersionIncrement);
    cluster.set_initial_failover_version(kInitialFailoverVersion);
    cluster.set_is_connection_enabled(true);
    co_return response;
}

}  // namespace server::frontend::admin

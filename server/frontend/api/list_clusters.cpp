#include "server/frontend/api/methods.h"
#include "server/frontend/cluster_view.h"

namespace server::frontend {

// One: connections to other clusters are not built.
Async<Result<operator_api::ListClustersResponse>> list_clusters(Frontend& frontend, Call,
                                                                operator_api::ListClustersRequest) {
    operator_api::ListClustersResponse response;
    auto& cluster = *response.add_clusters();
    cluster.set_cluster_name(frontend.cluster().cluster_name);
    cluster.set_cluster_id(frontend.cluster().cluster_id);
    cluster.set_address(frontend.address());
    cluster.set_initial_failover_version(kInitialFailoverVersion);
    cluster.set_history_shard_count(frontend.cluster().history_shard_count);
    cluster.set_is_connection_enabled(true);
    co_return response;
}

}  // namespace server::frontend

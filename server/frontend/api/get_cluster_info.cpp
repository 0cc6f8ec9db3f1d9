#include "server/frontend/api/methods.h"
#include "server/frontend/interceptors/client_version.h"

namespace server::frontend {

Async<Result<api::GetClusterInfoResponse>> get_cluster_info(Frontend& frontend, Call,
                                                            api::GetClusterInfoRequest) {
    api::GetClusterInfoResponse response;
    for (const auto& [client, range] : supported_clients()) {
        (*response.mutable_supported_clients())[client] = range;
    }
    response.set_server_version(std::string(kServerVersion));
    response.set_cluster_id(frontend.cluster().cluster_id);
    response.set_cluster_name(frontend.cluster().cluster_name);
    response.set_history_shard_count(frontend.cluster().history_shard_count);
    response.set_persistence_store(frontend.store().name());
    response.set_visibility_store(frontend.store().name());
    auto& version = *response.mutable_version_info();
    version.mutable_current()->set_version(std::string(kServerVersion));
    response.set_initial_failover_version(1);
    response.set_failover_version_increment(10);
    co_return response;
}

}  // namespace server::frontend

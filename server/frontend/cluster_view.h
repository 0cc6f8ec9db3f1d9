#pragma once
// The cluster as clients see it, in the answers of three services: what is stored, with what this
// server adds.

#include <cstdint>
#include <string>

#include "server/frontend/frontend.h"
#include "server/frontend/interceptors/client_version.h"

namespace server::frontend {

// Versions of failover of a cluster that has no peers.
inline constexpr std::int64_t kFailoverVersionIncrement = 10;
inline constexpr std::int64_t kInitialFailoverVersion = 1;

// Fills what GetClusterInfoResponse and DescribeClusterResponse have in common.
template <class Response>
void fill_cluster(const Frontend& frontend, const std::string& store_name, Response& response) {
    for (const auto& [client, range] : supported_clients()) {
        (*response.mutable_supported_clients())[client] = range;
    }
    response.set_server_version(std::string(kServerVersion));
    response.set_cluster_id(frontend.cluster().cluster_id);
    response.set_cluster_name(frontend.cluster().cluster_name);
    response.set_history_shard_count(frontend.cluster().history_shard_count);
    response.set_persistence_store(store_name);
    response.set_visibility_store(store_name);
    response.set_initial_failover_version(kInitialFailoverVersion);
    response.set_failover_version_increment(kFailoverVersionIncrement);
}

}  // namespace server::frontend

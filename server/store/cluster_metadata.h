#pragma once
// The port of what is fixed for the life of a cluster.

#include <cstdint>
#include <string>

#include "server/runtime/async.h"

namespace server::store {

struct ClusterIdentity {
    std::string cluster_id;  // uuid
    std::string cluster_name;
    std::int32_t history_shard_count = 0;
    // Keys the MAC of calls between the processes of the cluster: 32 random bytes. Empty where a
    // store belongs to one process.
    std::string internal_secret{};
};

class ClusterMetadata {
public:
    virtual ~ClusterMetadata() = default;

    // Stores `identity` if the database has none, and returns what it has.
    virtual Async<Result<ClusterIdentity>> establish(ClusterIdentity identity) = 0;
};

}  // namespace server::store

#pragma once
// The name of a task queue partition.

#include <compare>
#include <cstddef>
#include <string>

#include "server/base/fingerprint32.h"
#include "server/cluster/partition_name.h"

namespace server::matching {

struct PartitionKey {
    std::string namespace_id;
    std::string name;  // as on the wire; the root partition has the name of the queue
    int type = 1;      // temporal.api.enums.v1.TaskQueueType
    bool sticky = false;
    auto operator<=>(const PartitionKey&) const = default;
};

// Decides the lane. Sticky or not is left out, so that a query token, which does not tell, finds
// its lane.
inline std::size_t lane_key(const PartitionKey& key) {
    return fingerprint32(key.namespace_id + "/" + std::to_string(key.type) + "/" + key.name);
}

inline std::string queue_of(const PartitionKey& key) {
    return cluster::read_partition_name(key.name).queue;
}

// The root is number 0.
inline int number_of(const PartitionKey& key) {
    return cluster::read_partition_name(key.name).number;
}

// Another partition of the same queue and type.
inline PartitionKey sibling(const PartitionKey& key, int number) {
    return {key.namespace_id, cluster::partition_name(queue_of(key), number), key.type, false};
}

}  // namespace server::matching

#pragma once
// The name of a task queue partition.

#include <compare>
#include <cstddef>
#include <string>

#include "server/base/fingerprint32.h"

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

// Partitions other than the root have names like /_sys/<queue>/<n>.
inline bool is_root(const PartitionKey& key) { return key.name.rfind("/_sys/", 0) != 0; }

}  // namespace server::matching

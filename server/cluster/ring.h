#pragma once
// Who owns a key (a history shard, a task queue partition) among the hosts of one role: a
// consistent-hash ring, so that a host that comes or goes moves only its own share. Every process
// computes the same ring from the same members; the fence of the store makes a wrong view harmless.
// Immutable.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/base/ids.h"

namespace server::cluster {

class Ring {
public:
    // Of each host; more even out the shares and cost memory.
    static constexpr int kPointsPerHost = 100;

    Ring() = default;
    // By address (host:port), so that a process that starts again at the same place gets the same
    // keys back. Duplicates count once.
    explicit Ring(std::vector<std::string> addresses);

    // Empty when there is no host.
    const std::string& find_owner(std::string_view key) const;
    // In order of address.
    const std::vector<std::string>& addresses() const { return addresses_; }
    bool empty() const { return addresses_.empty(); }

private:
    std::vector<std::string> addresses_;
    std::vector<std::pair<std::uint32_t, std::size_t>> points_;  // ascending; index of the address
};

// The keys of the rings of history and matching. All types of a task queue, sticky or not, have one
// owner.
std::string ring_key(ShardId shard);
std::string ring_key(std::string_view namespace_id, std::string_view partition_name);

}  // namespace server::cluster

#include "server/cluster/ring.h"

#include <algorithm>

#include "server/base/fingerprint32.h"

namespace server::cluster {

Ring::Ring(std::vector<std::string> addresses) : addresses_(std::move(addresses)) {
    std::sort(addresses_.begin(), addresses_.end());
    addresses_.erase(std::unique(addresses_.begin(), addresses_.end()), addresses_.end());
    for (std::size_t index = 0; index < addresses_.size(); ++index) {
        for (int point = 0; point < kPointsPerHost; ++point) {
            const std::string name = addresses_[index] + "#" + std::to_string(point);
            points_.emplace_back(fingerprint32(name), index);
        }
    }
    std::sort(points_.begin(), points_.end());
}

const std::string& Ring::find_owner(std::string_view key) const {
    static const std::string kNobody;
    if (points_.empty()) return kNobody;
    const std::pair<std::uint32_t, std::size_t> place{fingerprint32(key), 0};
    auto next = std::lower_bound(points_.begin(), points_.end(), place);
    if (next == points_.end()) next = points_.begin();
    return addresses_[next->second];
}

std::string ring_key(ShardId shard) { return "shard/" + std::to_string(shard.value); }

std::string ring_key(std::string_view namespace_id, std::string_view partition_name) {
    return std::string(namespace_id) + "/" + std::string(partition_name);
}

}  // namespace server::cluster

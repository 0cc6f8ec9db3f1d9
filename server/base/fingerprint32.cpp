#include "server/base/fingerprint32.h"

#include <farmhash.h>

#include <string>

namespace server {

std::uint32_t fingerprint32(std::string_view bytes) {
    return util::Fingerprint32(bytes.data(), bytes.size());
}

ShardId shard_of(std::string_view namespace_id, std::string_view workflow_id,
                 std::int32_t shard_count) {
    std::string key;
    key.reserve(namespace_id.size() + workflow_id.size() + 1);
    key.append(namespace_id).append("_").append(workflow_id);
    const std::uint32_t bucket = fingerprint32(key) % static_cast<std::uint32_t>(shard_count);
    return ShardId{static_cast<std::int32_t>(bucket) + 1};
}

}  // namespace server

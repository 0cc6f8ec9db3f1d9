#pragma once
// FarmHash Fingerprint32, the hash by which Temporal's tools map a workflow to its shard
// (`tctl admin history_host get_shardid` computes it by itself). Stable across CPUs and versions.

#include <cstdint>
#include <string_view>

#include "server/base/ids.h"

namespace server {

std::uint32_t fingerprint32(std::string_view bytes);

// Shards are numbered from 1: fingerprint32(namespace_id + "_" + workflow_id) mod shard_count + 1.
ShardId shard_of(std::string_view namespace_id, std::string_view workflow_id,
                 std::int32_t shard_count);

}  // namespace server

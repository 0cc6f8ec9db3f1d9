#pragma once
// What a listener allows its peers. The numbers are those Temporal's own server has, where it has
// one; the caps that have no counterpart there guard against the faults of gRPC 1.51 (streams,
// headers and memory without bounds).

#include <cstddef>
#include <string_view>

#include "server/base/time.h"

namespace server::rpc {

// A request above this is refused with the words clients look for (message_codec.h). gRPC itself
// reads up to `wire_message_bytes_max`, so that the refusal can be ours.
inline constexpr std::size_t kMessageBytesMax = 4 * 1024 * 1024;

struct TransportLimits {
    std::size_t wire_message_bytes_max = 64 * 1024 * 1024;  // decompressed
    std::size_t header_bytes_max = 64 * 1024;               // of one call, JWTs included
    std::size_t streams_per_connection_max = 4096;
    std::size_t open_calls_max = 20'000;  // of the whole listener, long polls included
    std::size_t memory_bytes_max = 768 * 1024 * 1024;

    // Clients ping every 30 s, also without a call; gRPC's default would end their connections.
    Duration ping_interval_min = 10s;
    Duration keepalive_interval = 60s;
    Duration keepalive_timeout = 10s;
    Duration connection_idle_max = 2min;
    Duration connection_age_max = 5min;
    Duration connection_age_grace = 70s;
};

}  // namespace server::rpc

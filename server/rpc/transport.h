#pragma once
// What a listener allows its callers, and what a caller asks of its connection. The numbers for
// clients are those Temporal's own server has, where it has one; the caps that have no counterpart
// there guard against the faults of gRPC 1.51 (streams, headers and memory without bounds).

#include <cstddef>
#include <string_view>

#include "server/base/time.h"

namespace server::rpc {

// Between roles, both ways: an answer may hold a page of history, a request what a client sent.
inline constexpr std::size_t kRoleMessageBytesMax = 128 * 1024 * 1024;

struct TransportLimits {
    // A request above this is refused with the words clients look for (message_codec.h). gRPC
    // itself reads up to `wire_message_bytes_max`, so that the refusal can be ours.
    std::size_t message_bytes_max = 4 * 1024 * 1024;
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

// Of a listener for other roles. One process has one connection to each other, which lives as long
// as both and carries every call: a stream cap above `open_calls_max`, so that a call too many is
// refused and does not wait unseen behind long polls.
inline TransportLimits role_limits() {
    TransportLimits limits;
    limits.message_bytes_max = kRoleMessageBytesMax;
    limits.wire_message_bytes_max = kRoleMessageBytesMax;
    limits.streams_per_connection_max = 32'768;
    limits.ping_interval_min = 2s;
    limits.keepalive_interval = 10s;
    limits.keepalive_timeout = 5s;
    limits.connection_idle_max = 24h;
    limits.connection_age_max = 24h * 365;
    return limits;
}

// Of the connections to other processes.
struct PeerLimits {
    std::size_t message_bytes_max = kRoleMessageBytesMax;
    std::size_t header_bytes_max = 8 * 1024 * 1024;  // of an answer: a failure travels in one
    std::size_t open_calls_max = 50'000;             // of all connections
    std::size_t peers_max = 512;  // beyond it the longest unused ones are dropped

    Duration connect_timeout = 3s;
    // Between attempts to connect; gRPC takes no smaller first one.
    Duration backoff_first = 100ms;
    Duration backoff_max = 500ms;
    // A silent host is found within the sum of these.
    Duration keepalive_interval = 10s;
    Duration keepalive_timeout = 5s;
    // Without a call for so long the connection is closed, until the next one.
    Duration connection_idle_max = 2min;
};

}  // namespace server::rpc

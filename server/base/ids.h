#pragma once
// The identifiers of the domain. Numbers that must not be mixed up are types of their own; workflow
// ids, run ids and namespace ids are strings, as on the wire.

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace server {

template <class Tag, class Rep>
struct StrongId {
    Rep value{};
    auto operator<=>(const StrongId&) const = default;
};

using ShardId = StrongId<struct ShardIdTag, std::int32_t>;  // 1 .. number of history shards
using RangeId = StrongId<struct RangeIdTag,
                         std::int64_t>;  // fence of a shard or a partition, grows with each owner
using TaskId = StrongId<struct TaskIdTag, std::int64_t>;  // monotone per shard or partition
using EventId = std::int64_t;                             // dense from 1 within a run

// Event ids that stand for something else (temporal.api.history.v1.HistoryEvent has no field for
// these).
inline constexpr EventId kNoEvent = 0;
inline constexpr EventId kBufferedEvent = -123;   // not in history yet
inline constexpr EventId kTransientEvent = -124;  // started, but its event is written at the end

// One run of one workflow.
struct RunKey {
    std::string namespace_id;
    std::string workflow_id;
    std::string run_id;
    auto operator<=>(const RunKey&) const = default;
};

}  // namespace server

template <class Tag, class Rep>
struct std::hash<server::StrongId<Tag, Rep>> {
    std::size_t operator()(const server::StrongId<Tag, Rep>& id) const noexcept {
        return std::hash<Rep>{}(id.value);
    }
};

template <>
struct std::hash<server::RunKey> {
    std::size_t operator()(const server::RunKey& key) const noexcept {
        std::size_t seed = std::hash<std::string>{}(key.run_id);
        seed ^= std::hash<std::string>{}(key.workflow_id) + 0x9e3779b97f4a7c15ULL + (seed << 6);
        return seed ^ (std::hash<std::string>{}(key.namespace_id) + (seed >> 2));
    }
};

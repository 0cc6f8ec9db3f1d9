#pragma once
// The keyed parts of a run's state as they are stored: a transition writes only the items it
// changed, not the run.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace server::workflow {

// Which map of the run state an item belongs to; numbers are stored, never reuse one.
enum class ItemKind : std::int16_t {
    activity = 1,           // key: scheduled event id
    timer = 2,              // key: timer id
    buffered_event = 3,     // key: arrival number
    signal_request_id = 4,  // key: the request id
    request_id = 5,         // key: the request id
    child = 6,              // key: initiated event id
    external_cancel = 7,    // key: initiated event id
    external_signal = 8,    // key: initiated event id
    update = 9,             // key: update id
    start = 10,             // key: empty; what the Started event fixed
    attributes = 11,        // key: empty; memo, search attributes, reset points, priority
};

struct ItemKey {
    ItemKind kind;
    std::string key;
    auto operator<=>(const ItemKey&) const = default;
};

// Without a value the item is removed; removing what is not there is no error.
struct ItemWrite {
    ItemKey item;
    std::optional<std::string> value;
};

}  // namespace server::workflow

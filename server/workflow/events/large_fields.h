#pragma once
// What is large enough in an event to be worth a warning, and small enough to be allowed (reference
// temporal-server.md §5, warn limits of blobs and memos).

#include <cstddef>
#include <string>
#include <vector>

#include "server/workflow/api.h"
#include "server/workflow/limits.h"

namespace server::workflow {

struct LargeField {
    EventId event_id = 0;
    std::string event_type;
    std::string field;  // as the event's message names it
    std::size_t size_bytes = 0;
    bool memo = false;  // else a blob: payloads, header, failure, details, user metadata
};

// Appends to `found`. Costs nothing unless `events`, which was just serialized, is large itself.
// Search attributes have limits of their own.
void find_large_fields(const ::temporal::api::history::v1::History& events, const Limits& limits,
                       std::vector<LargeField>& found);

}  // namespace server::workflow

#pragma once
// The newest history batches of one run, as they were written. A worker's next task, a long poll
// and the start of an activity read just these; without it each would be a read of the store.

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "server/base/ids.h"

namespace server::history {

struct StoredBatch {
    EventId first_event_id = 0;
    std::string events;  // serialized History
};

class RecentHistory {
public:
    // Behind the last one. The oldest batches leave above `bytes_max`.
    void append(StoredBatch batch, std::size_t bytes_max);
    void clear();

    // Whole batches from the one that begins at `first_event_id` on, those that begin before
    // `end_event_id`, at most `batches_max`; none when this one is not kept here.
    std::optional<std::vector<StoredBatch>> find(EventId first_event_id, EventId end_event_id,
                                                 std::size_t batches_max) const;

    // The batch that was appended last; null when none is kept.
    const StoredBatch* newest() const { return batches_.empty() ? nullptr : &batches_.back(); }

    std::size_t size_bytes() const { return size_bytes_; }

private:
    std::deque<StoredBatch> batches_;  // ascending, without gaps
    std::size_t size_bytes_ = 0;
};

}  // namespace server::history

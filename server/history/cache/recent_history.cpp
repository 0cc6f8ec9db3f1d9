#include "server/history/cache/recent_history.h"

#include <algorithm>

#include "server/base/assert.h"

namespace server::history {

void RecentHistory::append(StoredBatch batch, std::size_t bytes_max) {
    ASSERT(batches_.empty() || batches_.back().first_event_id < batch.first_event_id,
           "history batches out of order");
    size_bytes_ += batch.events.size();
    batches_.push_back(std::move(batch));
    while (!batches_.empty() && size_bytes_ > bytes_max) {
        size_bytes_ -= batches_.front().events.size();
        batches_.pop_front();
    }
}

void RecentHistory::clear() {
    batches_.clear();
    size_bytes_ = 0;
}

std::optional<std::vector<StoredBatch>> RecentHistory::find(EventId first_event_id,
                                                            EventId end_event_id,
                                                            std::size_t batches_max) const {
    const auto begin = std::lower_bound(
        batches_.begin(), batches_.end(), first_event_id,
        [](const StoredBatch& batch, EventId id) { return batch.first_event_id < id; });
    if (begin == batches_.end() || begin->first_event_id != first_event_id) return std::nullopt;
    std::vector<StoredBatch> found;
    for (auto batch = begin; batch != batches_.end() && found.size() < batches_max; ++batch) {
        if (batch->first_event_id >= end_event_id) break;
        found.push_back(*batch);
    }
    return found;
}

}  // namespace server::history

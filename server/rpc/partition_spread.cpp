#include "server/rpc/partition_spread.h"

#include <algorithm>

namespace server::rpc {

PartitionSpread::Entry* PartitionSpread::find(const Queue& queue) {
    const auto entry = entries_.find(queue);
    return entry == entries_.end() ? nullptr : &entry->second;
}

int PartitionSpread::for_task(const Queue& queue, std::uint64_t step) {
    if (size_ == 0) return 0;
    const std::lock_guard lock(mutex_);
    Entry* entry = find(queue);
    if (entry == nullptr) return 0;
    const std::uint64_t task = entry->tasks;
    entry->tasks += step;
    return static_cast<int>(task % static_cast<std::uint64_t>(entry->for_tasks));
}

PartitionSpread::OpenPoll::OpenPoll(PartitionSpread& spread, Queue queue)
    : spread_(spread), queue_(std::move(queue)) {
    if (spread_.size_ == 0) return;
    const std::lock_guard lock(spread_.mutex_);
    Entry* entry = spread_.find(queue_);
    if (entry == nullptr) return;
    auto& polls = entry->open_polls;
    const auto fewest = std::min_element(polls.begin(), polls.end());
    ++*fewest;
    partition_ = static_cast<int>(fewest - polls.begin());
    partitions_ = static_cast<int>(polls.size());
}

PartitionSpread::OpenPoll::~OpenPoll() {
    if (partitions_ == 1) return;
    const std::lock_guard lock(spread_.mutex_);
    Entry* entry = spread_.find(queue_);
    const auto place = static_cast<std::size_t>(partition_);
    if (entry == nullptr || place >= entry->open_polls.size()) return;
    if (entry->open_polls[place] > 0) --entry->open_polls[place];
}

// A number of 0 says nothing; a queue that has one partition again is forgotten.
template <class Set>
void PartitionSpread::learn(const Queue& queue, int partitions, Set set) {
    if (partitions == 0 || (partitions == 1 && size_ == 0)) return;
    const std::lock_guard lock(mutex_);
    Entry* entry = find(queue);
    if (entry == nullptr) {
        if (partitions == 1 || entries_.size() >= kQueuesMax) return;
        entry = &entries_[queue];
    }
    set(*entry);
    if (entry->for_tasks == 1 && entry->open_polls.size() == 1) entries_.erase(queue);
    size_ = entries_.size();
}

void PartitionSpread::learn_for_tasks(const Queue& queue, int partitions) {
    learn(queue, partitions, [partitions](Entry& entry) { entry.for_tasks = partitions; });
}

void PartitionSpread::learn_for_polls(const Queue& queue, int partitions) {
    learn(queue, partitions, [partitions](Entry& entry) {
        entry.open_polls.resize(static_cast<std::size_t>(partitions));
    });
}

}  // namespace server::rpc

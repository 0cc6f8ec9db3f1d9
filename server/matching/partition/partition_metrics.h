#pragma once
// What one partition tells of itself (metrics.h). The name of its namespace may become known only
// with the first poll; until then it counts as `_unknown_`. Lives on the partition's lane.

#include <cstddef>

#include "server/matching/metrics.h"
#include "server/matching/partition/task.h"

namespace server::matching {

class PartitionMetrics {
public:
    PartitionMetrics(MatchingMetrics& metrics, const PartitionKey& key);
    ~PartitionMetrics() { set_backlog(0, nullptr, kEpoch); }
    PartitionMetrics(const PartitionMetrics&) = delete;
    PartitionMetrics& operator=(const PartitionMetrics&) = delete;

    // A poll of this namespace has come.
    void polled(const std::string& namespace_name);
    void task_added(bool has_pollers);
    // A poll has started the task.
    void dispatched(const Task& task, TimePoint now);
    void query_dispatched() { series().poll_success.add(); }
    void poll_timed_out() { series().poll_timeouts.add(); }
    // `oldest` is the task that would be next, null when there is none.
    void set_backlog(std::size_t count, const Task* oldest, TimePoint now);

private:
    QueueSeries& series();
    void use_name(const std::string& namespace_name);

    MatchingMetrics& metrics_;
    const PartitionKey key_;
    QueueSeries* series_ = nullptr;
    bool named_ = false;
    double backlog_ = 0;  // what this partition has in the gauge
};

}  // namespace server::matching

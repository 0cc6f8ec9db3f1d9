#include "server/matching/partition/partition_metrics.h"

#include <algorithm>

namespace server::matching {

namespace {

double seconds_since(const Task& task, TimePoint now) {
    const Duration age = now - from_unix_nanos(task.info.created_ns());
    return std::chrono::duration<double>(std::max(age, Duration{})).count();
}

}  // namespace

PartitionMetrics::PartitionMetrics(MatchingMetrics& metrics, const PartitionKey& key)
    : metrics_(metrics), key_(key) {
    use_name(metrics_.name_of(key_.namespace_id));
}

QueueSeries& PartitionMetrics::series() {
    if (!named_) use_name(metrics_.name_of(key_.namespace_id));
    if (series_ == nullptr) series_ = &metrics_.series_of("", key_);
    return *series_;
}

void PartitionMetrics::use_name(const std::string& namespace_name) {
    if (named_ || namespace_name.empty()) return;
    named_ = true;
    if (series_ != nullptr) series_->backlog_count.add(-backlog_);
    series_ = &metrics_.series_of(namespace_name, key_);
    series_->backlog_count.add(backlog_);
}

void PartitionMetrics::polled(const std::string& namespace_name) { use_name(namespace_name); }

void PartitionMetrics::task_added(bool has_pollers) {
    if (!has_pollers) series().no_poller_tasks.add();
}

void PartitionMetrics::dispatched(const Task& task, TimePoint now) {
    QueueSeries& counted = series();
    const double latency = seconds_since(task, now);
    counted.poll_success.add();
    counted.task_dispatch_latency.observe(latency);
    if (task.stored_id == TaskId{}) {
        counted.poll_success_sync.add();
        counted.syncmatch_latency.observe(latency);
    } else {
        counted.asyncmatch_latency.observe(latency);
    }
}

void PartitionMetrics::set_backlog(std::size_t count, const Task* oldest, TimePoint now) {
    const auto backlog = static_cast<double>(count);
    if (backlog == 0 && backlog_ == 0) return;
    QueueSeries& counted = series();
    counted.backlog_count.add(backlog - std::exchange(backlog_, backlog));
    counted.backlog_age_seconds.set(oldest ? seconds_since(*oldest, now) : 0);
}

}  // namespace server::matching

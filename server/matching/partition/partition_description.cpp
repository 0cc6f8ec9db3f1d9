// What DescribeTaskQueue shows of a partition.
#include <algorithm>

#include "server/matching/partition/partition.h"
#include "server/matching/partition/wire_time.h"

namespace server::matching {

namespace {

constexpr Duration kRateWindow = 30s;  // as in RateMeter

}  // namespace

Async<void> Partition::first_load() {
    if (backlogs_ && !closed_) co_await backlogs_->first_load();
}

std::vector<RecentPollers::PollerInfo> Partition::pollers() const {
    return recent_pollers_.list(environment_.clock.now());
}

std::size_t Partition::tasks_in_memory(int priority) const {
    if (priority == 0) return matcher_.tasks() + delayed_.size();
    const auto has_priority = [priority](const auto& entry) {
        return entry.second->priority == priority;
    };
    return matcher_.tasks(priority) +
           static_cast<std::size_t>(std::count_if(delayed_.begin(), delayed_.end(), has_priority));
}

::temporal::api::taskqueue::v1::TaskQueueStats Partition::stats(int priority) const {
    const TimePoint now = environment_.clock.now();
    ::temporal::api::taskqueue::v1::TaskQueueStats stats;
    const std::size_t count =
        tasks_in_memory(priority) + (backlogs_ ? backlogs_->unloaded(priority) : 0);
    stats.set_approximate_backlog_count(static_cast<std::int64_t>(count));

    TimePoint oldest = matcher_.oldest_task(priority);
    for (const auto& [retry, task] : delayed_) {
        if (priority != 0 && task->priority != priority) continue;
        oldest = std::min(oldest, from_unix_nanos(task->info.created_ns()));
    }
    const Duration age = oldest < now ? now - oldest : Duration{};
    *stats.mutable_approximate_backlog_age() = to_duration(age);

    for (const auto& [level, rates] : rates_) {
        if (priority != 0 && level != priority) continue;
        stats.set_tasks_add_rate(stats.tasks_add_rate() +
                                 static_cast<float>(rates.added.per_second(now)));
        stats.set_tasks_dispatch_rate(stats.tasks_dispatch_rate() +
                                      static_cast<float>(rates.dispatched.per_second(now)));
    }
    stats.set_rate_limiting_active(last_limited_ != kEpoch && last_limited_ > now - kRateWindow);
    return stats;
}

::temporal::api::taskqueue::v1::TaskQueueStatus Partition::status() const {
    ::temporal::api::taskqueue::v1::TaskQueueStatus status;
    status.set_backlog_count_hint(
        static_cast<std::int64_t>(tasks_in_memory(0) + (backlogs_ ? backlogs_->unloaded(0) : 0)));
    status.set_rate_per_second(rate_limit().value_or(kRateUnlimited));
    if (!backlogs_) return status;
    const Backlog& backlog = backlogs_->main();
    status.set_read_level(backlog.read_level().value);
    status.set_ack_level(backlog.done_through().value);
    const std::int64_t first = backlog.range_id().value << Backlog::kCounterBits;
    status.mutable_task_id_block()->set_start_id(first + 1);
    status.mutable_task_id_block()->set_end_id(first + (std::int64_t{1} << Backlog::kCounterBits) -
                                               1);
    return status;
}

void Partition::tell_backlog() {
    const std::size_t count = tasks_in_memory(0) + (backlogs_ ? backlogs_->unloaded(0) : 0);
    metrics_.set_backlog(count, matcher_.first_task().get(), environment_.clock.now());
}

std::optional<double> Partition::rate_limit() const {
    if (!limiter_.rate()) return std::nullopt;
    return *limiter_.rate() * rate_shares_;
}

std::int64_t Partition::backlog_count_hint() const {
    return static_cast<std::int64_t>(matcher_.tasks());
}

}  // namespace server::matching

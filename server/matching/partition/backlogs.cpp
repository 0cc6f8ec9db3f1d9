#include "server/matching/partition/backlogs.h"

#include <algorithm>
#include <charconv>

#include "server/base/fingerprint32.h"

namespace server::matching {

namespace {

std::string names_of_partition(const PartitionKey& partition) {
    return "/_sys/" + queue_of(partition) + "/" + std::to_string(number_of(partition)) + "/";
}

std::optional<int> read_number(std::string_view text, int last) {
    int number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
    if (!is_whole || number < 1 || number > last) return std::nullopt;
    return number;
}

}  // namespace

Backlogs::Backlogs(Environment& environment, Lane& lane, PartitionKey partition,
                   Backlog::Loaded loaded, Found found)
    : environment_(environment), lane_(lane), partition_(std::move(partition)),
      loaded_(std::move(loaded)), found_(std::move(found)),
      alarm_(environment.clock, lane.executor()) {
    backlog_of(BacklogClass{});
}

BacklogClass Backlogs::class_of(const Task& task) {
    const std::string& key = task.info.priority().fairness_key();
    const int group = key.empty() ? 0 : 1 + static_cast<int>(fingerprint32(key) % kGroups);
    return {task.priority, group};
}

std::string Backlogs::stored_name(const PartitionKey& partition, BacklogClass kind) {
    if (kind == BacklogClass{}) return partition.name;
    const std::string group = kind.group == 0 ? "" : "f" + std::to_string(kind.group);
    return names_of_partition(partition) + "p" + std::to_string(kind.priority) + group;
}

std::optional<BacklogClass> Backlogs::read_class(const PartitionKey& partition,
                                                 const std::string& name) {
    if (name == partition.name) return BacklogClass{};
    const std::string prefix = names_of_partition(partition) + "p";
    if (!name.starts_with(prefix)) return std::nullopt;
    const std::string_view kind = std::string_view(name).substr(prefix.size());
    const std::size_t before_group = std::min(kind.find('f'), kind.size());
    const auto priority = read_number(kind.substr(0, before_group), kPriorityLast);
    if (!priority) return std::nullopt;
    if (before_group == kind.size()) return BacklogClass{*priority, 0};
    const auto group = read_number(kind.substr(before_group + 1), kGroups);
    if (!group) return std::nullopt;
    return BacklogClass{*priority, *group};
}

Backlog& Backlogs::backlog_of(BacklogClass kind) {
    std::unique_ptr<Backlog>& backlog = backlogs_[kind];
    if (backlog) return *backlog;
    store::TaskQueueKey queue{partition_.namespace_id, stored_name(partition_, kind),
                              static_cast<std::int16_t>(partition_.type)};
    backlog = std::make_unique<Backlog>(environment_, std::move(queue), queue_of(partition_),
                                        lane_.executor(), loaded_);
    if (started_) {
        ++running_;
        lane_.spawn(run_one(*backlog));
    }
    return *backlog;
}

Async<Status> Backlogs::append(TaskPtr task) {
    return backlog_of(closed_ ? BacklogClass{} : class_of(*task)).append(std::move(task));
}

void Backlogs::done(const Task& task) {
    if (task.stored_id != TaskId{}) task.stored_in->done(task.stored_id);
}

void Backlogs::want_more() {
    for (const auto& [kind, backlog] : backlogs_) backlog->want_more();
}

// run() outlives it.
Async<void> Backlogs::run_one(Backlog& backlog) {
    co_await backlog.run();
    --running_;
    close();  // who lost one lease has lost the partition
}

Async<void> Backlogs::run() {
    started_ = true;
    for (const auto& [kind, backlog] : backlogs_) {
        ++running_;
        lane_.spawn(run_one(*backlog));
    }
    co_await look();
    while (running_ > 0) co_await alarm_.wait_until(kNever);
}

Async<void> Backlogs::look() {
    Duration pause = environment_.options.store_retry_first;
    while (!closed_ && !knows_all_) {
        store::TaskQueueKey queue{partition_.namespace_id, queue_of(partition_),
                                  static_cast<std::int16_t>(partition_.type)};
        const Result<std::vector<std::string>> names =
            co_await environment_.task_queues.find_partitions(std::move(queue), kNamesMax);
        if (names.ok()) {
            log_.succeeded();
            if (!closed_) note(*names);
        } else {
            log_.failed(names.status());
        }
        looked();
        if (names.ok() || closed_) break;
        const TimePoint next = saturating_add(environment_.clock.now(), pause);
        pause = std::min<Duration>(2 * pause, environment_.options.store_retry_max);
        while (!closed_ && environment_.clock.now() < next) co_await alarm_.wait_until(next);
    }
    looked();
}

void Backlogs::note(const std::vector<std::string>& names) {
    knows_all_ = true;
    int highest = 0;
    for (const std::string& name : names) {
        if (const auto kind = read_class(partition_, name)) backlog_of(*kind);
        const cluster::PartitionName other = cluster::read_partition_name(name);
        if (other.queue == queue_of(partition_)) highest = std::max(highest, other.number);
    }
    if (number_of(partition_) == 0) found_(highest);
}

void Backlogs::close() {
    closed_ = true;
    for (const auto& [kind, backlog] : backlogs_) backlog->close();
    alarm_.wake();
}

Async<void> Backlogs::first_load() {
    if (!has_looked_ && !closed_) {
        auto enqueue = [this](Resume<bool> resume) { first_look_.push_back(std::move(resume)); };
        co_await suspend<bool>(enqueue);
    }
    std::vector<Backlog*> all;  // the map may grow meanwhile
    for (const auto& [kind, backlog] : backlogs_) all.push_back(backlog.get());
    for (Backlog* backlog : all) co_await backlog->first_load();
}

void Backlogs::looked() {
    has_looked_ = true;
    for (Resume<bool>& resume : std::exchange(first_look_, {})) resume(true);
}

bool Backlogs::empty(int priority) const {
    return knows_all_ && std::all_of(backlogs_.begin(), backlogs_.end(), [&](const auto& entry) {
               return entry.first.priority > priority || entry.second->empty();
           });
}

std::size_t Backlogs::unloaded(int priority) const {
    std::size_t count = 0;
    for (const auto& [kind, backlog] : backlogs_) {
        if (priority == 0 || kind.priority == priority) count += backlog->unloaded();
    }
    return count;
}

}  // namespace server::matching

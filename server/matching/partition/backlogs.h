#pragma once
// The stored tasks of one partition in several backlogs, so that neither a flood of unimportant
// tasks nor one of another key stands before a task in the store: one for each priority, and within
// it for tasks without fairness key and for each of kGroups groups of keys. Ordinary tasks, of
// priority 3 and without a key, are in the partition's own, which every partition has; another one
// is made with its first task, and found by its name when the partition is loaded again:
//
//   orders                  partition 0 of the queue "orders"
//   /_sys/orders/0/p1       its tasks of priority 1
//   /_sys/orders/2/p3f7     of partition 2, priority 3, keys of the group 7
//
// In memory the tasks of all backlogs meet in the matcher, which is exactly fair; keys that share a
// group are stored in order of arrival. Lives on the partition's lane.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/matching/partition/backlog.h"
#include "server/matching/partition/key.h"

namespace server::matching {

struct BacklogClass {
    int priority = kPriorityDefault;
    int group = 0;  // 0: no fairness key
    auto operator<=>(const BacklogClass&) const = default;
};

class Backlogs {
public:
    static constexpr int kGroups = 16;
    static constexpr std::int32_t kNamesMax = 10'000;  // looked for in the store

    // `found` gets the highest number of a partition of the queue that was ever used, once, when
    // the partition is the root.
    using Found = std::function<void(int)>;
    Backlogs(Environment& environment, Lane& lane, PartitionKey partition, Backlog::Loaded loaded,
             Found found);

    // As in Backlog, for the backlog of the task.
    Async<Status> append(TaskPtr task);
    void done(const Task& task);
    void want_more();

    // Looks for backlogs, and reads and writes until closed or until another owner has a lease.
    Async<void> run();
    void close();
    Async<void> first_load();

    // True when no stored or loaded task of this priority or a higher one is older than one that
    // comes now.
    bool empty(int priority = kPriorityLast) const;
    // Not loaded, of one priority, or of all with 0.
    std::size_t unloaded(int priority) const;
    // Of ordinary tasks.
    const Backlog& main() const { return *backlogs_.at(BacklogClass{}); }

    static BacklogClass class_of(const Task& task);
    // The name of a backlog of the partition in the store, and back; none for a name that is not.
    static std::string stored_name(const PartitionKey& partition, BacklogClass kind);
    static std::optional<BacklogClass> read_class(const PartitionKey& partition,
                                                  const std::string& name);

private:
    Backlog& backlog_of(BacklogClass kind);
    Async<void> run_one(Backlog& backlog);
    Async<void> look();
    void note(const std::vector<std::string>& names);
    void looked();

    Environment& environment_;
    Lane& lane_;
    PartitionKey partition_;
    Backlog::Loaded loaded_;
    Found found_;
    Alarm alarm_;  // of run()
    std::map<BacklogClass, std::unique_ptr<Backlog>> backlogs_;
    std::vector<Resume<bool>> first_look_;
    log::Repeated log_{"task queue backlogs"};
    std::size_t running_ = 0;
    bool started_ = false;
    bool has_looked_ = false;  // with or without success
    bool knows_all_ = false;
    bool closed_ = false;
};

}  // namespace server::matching

#pragma once
// Callers of matching in numbers: who adds tasks, and workers that poll.

#include <atomic>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "tests/scale/matching_cluster.h"

namespace server::tests {

struct Load {
    std::string queue = "orders";
    int tasks = 0;
    int adders = 64;  // callers at a time
    int pollers = 64;
    int fairness_keys = 0;  // 0: none
};

// What workers have got.
class Harvest {
public:
    void got(const std::string& workflow_id) {
        const std::lock_guard lock(mutex_);
        if (!seen_.insert(workflow_id).second) ++twice_;
        changed_.notify_all();
    }
    // Blocks until there are so many tasks, or for so long.
    void wait_for(std::size_t tasks, Duration at_most) const {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, at_most, [&] { return seen_.size() >= tasks; });
    }
    std::size_t tasks() const {
        const std::lock_guard lock(mutex_);
        return seen_.size();
    }
    std::size_t twice() const {
        const std::lock_guard lock(mutex_);
        return twice_;
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::set<std::string> seen_;
    std::size_t twice_ = 0;
};

// Adds tasks, repeating what was refused, and returns how long it took.
Duration add_tasks(MatchingCluster& cluster, const Load& load);

// Workers poll until `harvest` has this many tasks or the time is up; returns how long it took.
Duration poll_tasks(MatchingCluster& cluster, const Load& load, Harvest& harvest, std::size_t tasks,
                    Duration at_most);

std::int64_t backlog_of(MatchingCluster& cluster, const std::string& queue);

rpc::CallContext context_until(TimePoint deadline);
role::v1::PollWorkflowTaskQueueRequest poll_request(const std::string& queue, int worker);
role::v1::AddTaskRequest task_request(const Load& load, int number, TimePoint now);

double per_second(std::size_t count, Duration took);

}  // namespace server::tests

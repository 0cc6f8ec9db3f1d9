#pragma once
// A store of task queues that stops, fails and counts when a test says so; the rows are those of
// the store behind it.

#include <optional>
#include <vector>

#include "server/store/task_queues.h"

namespace server::tests {

class ControlledTaskQueues final : public store::TaskQueues {
public:
    explicit ControlledTaskQueues(store::TaskQueues& store) : store_(store) {}

    // While set, commits wait for release().
    bool holds_commits = false;
    void release() {
        holds_commits = false;
        for (Resume<bool>& resume : std::exchange(held_, {})) resume(true);
    }
    // Answered instead of the store's own answer; the commit happens or not.
    std::optional<Status> next_commit_fails;
    bool failed_commit_happens = false;
    std::optional<Status> acquire_fails;
    std::optional<Status> find_fails;

    std::size_t acquires = 0;
    std::size_t reads = 0;
    std::size_t finds = 0;
    std::size_t commits = 0;
    std::vector<std::size_t> batch_sizes;  // of commits that add tasks

    Async<Result<store::TaskQueueLease>> acquire(store::TaskQueueClaim claim) override {
        ++acquires;
        if (acquire_fails) co_return *acquire_fails;
        co_return co_await store_.acquire(std::move(claim));
    }

    Async<Status> commit(store::BacklogWrite write) override {
        ++commits;
        if (!write.added.empty()) batch_sizes.push_back(write.added.size());
        if (holds_commits) {
            auto hold = [this](Resume<bool> resume) { held_.push_back(std::move(resume)); };
            co_await suspend<bool>(hold);
        }
        const auto failure = std::exchange(next_commit_fails, std::nullopt);
        if (failure && !failed_commit_happens) co_return *failure;
        const Status status = co_await store_.commit(std::move(write));
        co_return failure ? *failure : status;
    }

    Async<Result<std::vector<store::BacklogTask>>> read(store::TaskQueueKey queue, TaskId after,
                                                        std::int32_t count_max) override {
        ++reads;
        co_return co_await store_.read(std::move(queue), after, count_max);
    }
    Async<Result<std::vector<std::string>>> find_partitions(store::TaskQueueKey queue,
                                                            std::int32_t count_max) override {
        ++finds;
        if (find_fails) co_return *find_fails;
        co_return co_await store_.find_partitions(std::move(queue), count_max);
    }

private:
    store::TaskQueues& store_;
    std::vector<Resume<bool>> held_;
};

}  // namespace server::tests

#include "tests/contract/outbox_visibility.h"

namespace server::tests {

namespace {

using namespace store;

class OutboxRuns final : public Runs {
public:
    explicit OutboxRuns(Store& store) : store_(store) {}

    Async<CommitOutcome> commit(TransitionWrite write) override {
        std::vector<VisibilityRecord> records = std::move(write.visibility);
        write.visibility.clear();
        std::vector<RunKey> removed;
        for (const RunDelete& run : write.deleted_runs) removed.push_back(run.run);
        CommitOutcome outcome = co_await store_.runs().commit(std::move(write));
        if (outcome.kind != CommitKind::committed) co_return outcome;
        Status followed = co_await store_.visibility().write(std::move(records));
        if (followed.ok()) followed = co_await store_.visibility().remove(std::move(removed));
        if (!followed.ok()) outcome = {CommitKind::unknown, followed.message()};
        co_return outcome;
    }

    Async<Result<RangeId>> acquire_shard(ShardId shard_id, std::string owner) override {
        return store_.runs().acquire_shard(shard_id, std::move(owner));
    }
    Async<Result<std::optional<StoredRun>>> find_run(ShardId shard_id, RunKey run) override {
        return store_.runs().find_run(shard_id, std::move(run));
    }
    Async<Result<std::optional<CurrentRun>>> find_current_run(ShardId shard_id,
                                                              std::string namespace_id,
                                                              std::string workflow_id) override {
        return store_.runs().find_current_run(shard_id, std::move(namespace_id),
                                              std::move(workflow_id));
    }
    Async<Result<std::vector<HistoryBatch>>> read_history(HistoryQuery query) override {
        return store_.runs().read_history(std::move(query));
    }
    Async<Result<std::vector<OutboxTask>>> read_outbox(ShardId shard_id, TaskId after,
                                                       std::int32_t count_max) override {
        return store_.runs().read_outbox(shard_id, after, count_max);
    }
    Async<Result<std::vector<DueRun>>> read_due_runs(ShardId shard_id, TimePoint before,
                                                     std::optional<DueRun> after,
                                                     std::int32_t count_max) override {
        return store_.runs().read_due_runs(shard_id, before, std::move(after), count_max);
    }

private:
    Store& store_;
};

class OutboxStore final : public Store {
public:
    explicit OutboxStore(Store& store) : store_(store), runs_(store) {}

    Runs& runs() override { return runs_; }
    Visibility& visibility() override { return store_.visibility(); }
    TaskQueues& task_queues() override { return store_.task_queues(); }
    Namespaces& namespaces() override { return store_.namespaces(); }
    ClusterMetadata& cluster_metadata() override { return store_.cluster_metadata(); }
    Membership& membership() override { return store_.membership(); }
    bool visibility_commits_with_transition() const override {
        return store_.visibility_commits_with_transition();
    }
    void stop() override { store_.stop(); }
    StoreCounters counters() const override { return store_.counters(); }
    std::string name() const override { return store_.name(); }

private:
    Store& store_;
    OutboxRuns runs_;
};

}  // namespace

std::unique_ptr<Store> with_outbox_visibility(Store& store) {
    return std::make_unique<OutboxStore>(store);
}

}  // namespace server::tests

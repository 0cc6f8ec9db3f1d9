#pragma once
// The ports over the tables.

#include "server/store/memory/access.h"
#include "server/store/memory/membership.h"
#include "server/store/store.h"

namespace server::store::memory {

class MemoryRuns final : public Runs {
public:
    explicit MemoryRuns(Access& access) : access_(access) {}

    Async<Result<RangeId>> acquire_shard(ShardId shard_id, std::string owner) override;
    Async<CommitOutcome> commit(TransitionWrite write) override;
    Async<Result<std::optional<StoredRun>>> find_run(ShardId shard_id, RunKey run) override;
    Async<Result<std::optional<CurrentRun>>> find_current_run(ShardId shard_id,
                                                              std::string namespace_id,
                                                              std::string workflow_id) override;
    Async<Result<std::vector<HistoryBatch>>> read_history(HistoryQuery query) override;
    Async<Result<std::vector<OutboxTask>>> read_outbox(ShardId shard_id, TaskId after,
                                                       std::int32_t count_max) override;
    Async<Result<std::vector<DueRun>>> read_due_runs(ShardId shard_id, TimePoint before,
                                                     std::optional<DueRun> after,
                                                     std::int32_t count_max) override;

private:
    Access& access_;
};

class MemoryVisibility final : public Visibility {
public:
    explicit MemoryVisibility(Access& access) : access_(access) {}

    Async<Status> write(std::vector<VisibilityRecord> records) override;
    Async<Status> remove(std::vector<RunKey> runs) override;
    Async<Result<VisibilityPage>> list(std::string namespace_id, visibility::Query query,
                                       std::int32_t page_size, std::string page_token) override;
    Async<Result<VisibilityCount>> count(std::string namespace_id,
                                         visibility::Query query) override;

private:
    Access& access_;
};

class MemoryTaskQueues final : public TaskQueues {
public:
    explicit MemoryTaskQueues(Access& access) : access_(access) {}

    Async<Result<TaskQueueLease>> acquire(TaskQueueClaim claim) override;
    Async<Status> commit(BacklogWrite write) override;
    Async<Result<std::vector<BacklogTask>>> read(TaskQueueKey queue, TaskId after,
                                                 std::int32_t count_max) override;
    Async<Result<std::vector<std::string>>> find_partitions(TaskQueueKey queue,
                                                            std::int32_t count_max) override;

private:
    Access& access_;
};

class MemoryNamespaces final : public Namespaces {
public:
    explicit MemoryNamespaces(Access& access) : access_(access) {}

    Async<Status> create(NamespaceRecord record) override;
    Async<Status> update(NamespaceRecord record) override;
    Async<Result<std::optional<NamespaceRecord>>> find_by_name(std::string name) override;
    Async<Result<std::optional<NamespaceRecord>>> find_by_id(std::string id) override;
    Async<Result<std::vector<NamespaceRecord>>> list(std::string after,
                                                     std::int32_t count_max) override;

private:
    Access& access_;
};

class MemoryClusterMetadata final : public ClusterMetadata {
public:
    explicit MemoryClusterMetadata(Access& access) : access_(access) {}

    Async<Result<ClusterIdentity>> establish(ClusterIdentity identity) override;

private:
    Access& access_;
};

class MembershipPort final : public Membership {
public:
    MembershipPort(Access& access, MemberTable& members) : access_(access), members_(members) {}

    Async<Result<std::vector<MemberRecord>>> heartbeat(std::vector<MemberRecord> own,
                                                       Duration lease) override;
    Async<Result<std::vector<MemberRecord>>> list() override;
    Async<Status> leave(std::string host_id) override;
    Async<Result<bool>> expire(MemberRecord seen) override;

private:
    Access& access_;
    MemberTable& members_;
};

}  // namespace server::store::memory

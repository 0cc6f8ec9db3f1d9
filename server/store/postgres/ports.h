#pragma once
// The six ports over the threads of Backends. Each call names what it becomes: a job of a writer,
// or a transaction of its own.

#include "server/store/postgres/backends.h"
#include "server/store/store.h"

namespace server::store::postgres {

class PostgresRuns final : public Runs {
public:
    explicit PostgresRuns(Backends& backends) : backends_(backends) {}

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
    Backends& backends_;
};

class PostgresVisibility final : public Visibility {
public:
    explicit PostgresVisibility(Backends& backends) : backends_(backends) {}

    Async<Status> write(std::vector<VisibilityRecord> records) override;
    Async<Status> remove(std::vector<RunKey> runs) override;
    Async<Result<VisibilityPage>> list(std::string namespace_id, visibility::Query query,
                                       std::int32_t page_size, std::string page_token) override;
    Async<Result<VisibilityCount>> count(std::string namespace_id,
                                         visibility::Query query) override;

private:
    Backends& backends_;
};

class PostgresTaskQueues final : public TaskQueues {
public:
    explicit PostgresTaskQueues(Backends& backends) : backends_(backends) {}

    Async<Result<TaskQueueLease>> acquire(TaskQueueClaim claim) override;
    Async<Status> commit(BacklogWrite write) override;
    Async<Result<std::vector<BacklogTask>>> read(TaskQueueKey queue, TaskId after,
                                                 std::int32_t count_max) override;
    Async<Result<std::vector<std::string>>> find_partitions(TaskQueueKey queue,
                                                            std::int32_t count_max) override;

private:
    Backends& backends_;
};

class PostgresNamespaces final : public Namespaces {
public:
    explicit PostgresNamespaces(Backends& backends) : backends_(backends) {}

    Async<Status> create(NamespaceRecord record) override;
    Async<Status> update(NamespaceRecord record) override;
    Async<Result<std::optional<NamespaceRecord>>> find_by_name(std::string name) override;
    Async<Result<std::optional<NamespaceRecord>>> find_by_id(std::string id) override;
    Async<Result<std::vector<NamespaceRecord>>> list(std::string after,
                                                     std::int32_t count_max) override;

private:
    Backends& backends_;
};

class PostgresClusterMetadata final : public ClusterMetadata {
public:
    explicit PostgresClusterMetadata(Backends& backends) : backends_(backends) {}

    // The first process gives the secret (32 random bytes); all later ones get it.
    Async<Result<ClusterIdentity>> establish(ClusterIdentity identity) override;

private:
    Backends& backends_;
};

class PostgresMembership final : public Membership {
public:
    explicit PostgresMembership(Backends& backends) : backends_(backends) {}

    Async<Result<std::vector<MemberRecord>>> heartbeat(std::vector<MemberRecord> own,
                                                       Duration lease) override;
    Async<Result<std::vector<MemberRecord>>> list() override;
    Async<Status> leave(std::string host_id) override;
    Async<Result<bool>> expire(MemberRecord seen) override;

private:
    Backends& backends_;
};

}  // namespace server::store::postgres

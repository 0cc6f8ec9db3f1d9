#pragma once
// The five ports over one open database. Each call names what runs on the writer or on a reader.

#include "server/store/sqlite/database.h"
#include "server/store/store.h"

namespace server::store::sqlite {

class SqliteRuns final : public Runs {
public:
    explicit SqliteRuns(Database& database) : database_(database) {}

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
    Database& database_;
};

class SqliteVisibility final : public Visibility {
public:
    explicit SqliteVisibility(Database& database) : database_(database) {}

    Async<Status> write(std::vector<VisibilityRecord> records) override;
    Async<Status> remove(std::vector<RunKey> runs) override;
    Async<Result<VisibilityPage>> list(std::string namespace_id, visibility::Query query,
                                       std::int32_t page_size, std::string page_token) override;
    Async<Result<VisibilityCount>> count(std::string namespace_id,
                                         visibility::Query query) override;

private:
    Database& database_;
};

class SqliteTaskQueues final : public TaskQueues {
public:
    explicit SqliteTaskQueues(Database& database) : database_(database) {}

    Async<Result<TaskQueueLease>> acquire(TaskQueueClaim claim) override;
    Async<Status> commit(BacklogWrite write) override;
    Async<Result<std::vector<BacklogTask>>> read(TaskQueueKey queue, TaskId after,
                                                 std::int32_t count_max) override;
    Async<Result<std::vector<std::string>>> find_partitions(TaskQueueKey queue,
                                                            std::int32_t count_max) override;

private:
    Database& database_;
};

class SqliteNamespaces final : public Namespaces {
public:
    explicit SqliteNamespaces(Database& database) : database_(database) {}

    Async<Status> create(NamespaceRecord record) override;
    Async<Status> update(NamespaceRecord record) override;
    Async<Result<std::optional<NamespaceRecord>>> find_by_name(std::string name) override;
    Async<Result<std::optional<NamespaceRecord>>> find_by_id(std::string id) override;
    Async<Result<std::vector<NamespaceRecord>>> list(std::string after,
                                                     std::int32_t count_max) override;

private:
    Database& database_;
};

class SqliteClusterMetadata final : public ClusterMetadata {
public:
    explicit SqliteClusterMetadata(Database& database) : database_(database) {}

    Async<Result<ClusterIdentity>> establish(ClusterIdentity identity) override;

private:
    Database& database_;
};

}  // namespace server::store::sqlite

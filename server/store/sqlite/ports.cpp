#include "server/store/sqlite/ports.h"

#include "server/store/sqlite/cluster_sql.h"
#include "server/store/sqlite/run_queries.h"
#include "server/store/sqlite/task_queue_sql.h"
#include "server/store/sqlite/transition.h"
#include "server/store/sqlite/visibility_queries.h"
#include "server/store/sqlite/visibility_write.h"

namespace server::store::sqlite {

namespace {

// What a read returns, without the Result around it.
template <class T>
using Read = std::function<Result<T>(Connection&)>;

Status write_records(Batch& batch, const std::vector<VisibilityRecord>& records,
                     std::optional<Status>& answer) {
    for (const VisibilityRecord& record : records) {
        TRY(write_visibility(batch.connection(), record));
    }
    answer = ok_status();
    return ok_status();
}

Status remove_records(Batch& batch, const std::vector<RunKey>& runs,
                      std::optional<Status>& answer) {
    for (const RunKey& run : runs) {
        TRY(delete_visibility(batch.connection(), run.namespace_id, run.run_id));
    }
    answer = ok_status();
    return ok_status();
}

}  // namespace

Async<Result<RangeId>> SqliteRuns::acquire_shard(ShardId shard_id, std::string owner) {
    auto call = [shard_id, owner = std::move(owner)](Batch& batch, auto& answer) {
        return sqlite::acquire_shard(batch, shard_id, owner, answer);
    };
    co_return co_await database_.write<Result<RangeId>>(0, std::move(call));
}

Async<CommitOutcome> SqliteRuns::commit(TransitionWrite write) {
    const std::size_t size_bytes = size_bytes_of(write);
    auto call = [write = std::move(write)](Batch& batch, auto& outcome) {
        return apply_transition(batch, write, outcome);
    };
    co_return co_await database_.write<CommitOutcome>(size_bytes, std::move(call));
}

Async<Result<std::optional<StoredRun>>> SqliteRuns::find_run(ShardId shard_id, RunKey run) {
    Read<std::optional<StoredRun>> call = [shard_id, run = std::move(run)](Connection& connection) {
        return sqlite::find_run(connection, shard_id, run);
    };
    co_return co_await database_.read(std::move(call));
}

Async<Result<std::optional<CurrentRun>>> SqliteRuns::find_current_run(ShardId shard_id,
                                                                      std::string namespace_id,
                                                                      std::string workflow_id) {
    Read<std::optional<CurrentRun>> call = [shard_id, namespace_id = std::move(namespace_id),
                                            workflow_id =
                                                std::move(workflow_id)](Connection& connection) {
        return sqlite::find_current_run(connection, shard_id, namespace_id, workflow_id);
    };
    co_return co_await database_.read(std::move(call));
}

Async<Result<std::vector<HistoryBatch>>> SqliteRuns::read_history(HistoryQuery query) {
    Read<std::vector<HistoryBatch>> call = [query = std::move(query)](Connection& connection) {
        return sqlite::read_history(connection, query);
    };
    co_return co_await database_.read(std::move(call));
}

Async<Result<std::vector<OutboxTask>>> SqliteRuns::read_outbox(ShardId shard_id, TaskId after,
                                                               std::int32_t count_max) {
    Read<std::vector<OutboxTask>> call = [shard_id, after, count_max](Connection& connection) {
        return sqlite::read_outbox(connection, shard_id, after, count_max);
    };
    co_return co_await database_.read(std::move(call));
}

Async<Result<std::vector<DueRun>>> SqliteRuns::read_due_runs(ShardId shard_id, TimePoint before,
                                                             std::optional<DueRun> after,
                                                             std::int32_t count_max) {
    Read<std::vector<DueRun>> call = [shard_id, before, after = std::move(after),
                                      count_max](Connection& connection) {
        return sqlite::read_due_runs(connection, shard_id, before, after, count_max);
    };
    co_return co_await database_.read(std::move(call));
}

Async<Status> SqliteVisibility::write(std::vector<VisibilityRecord> records) {
    const std::size_t size_bytes = size_bytes_of(records);
    auto call = [records = std::move(records)](Batch& batch, auto& answer) {
        return write_records(batch, records, answer);
    };
    co_return co_await database_.write<Status>(size_bytes, std::move(call));
}

Async<Status> SqliteVisibility::remove(std::vector<RunKey> runs) {
    auto call = [runs = std::move(runs)](Batch& batch, auto& answer) {
        return remove_records(batch, runs, answer);
    };
    co_return co_await database_.write<Status>(0, std::move(call));
}

Async<Result<VisibilityPage>> SqliteVisibility::list(std::string namespace_id,
                                                     visibility::Query query,
                                                     std::int32_t page_size,
                                                     std::string page_token) {
    Read<VisibilityPage> call = [namespace_id = std::move(namespace_id), query = std::move(query),
                                 page_size,
                                 page_token = std::move(page_token)](Connection& connection) {
        return list_visibility(connection, namespace_id, query, page_size, page_token);
    };
    co_return co_await database_.read(std::move(call));
}

Async<Result<VisibilityCount>> SqliteVisibility::count(std::string namespace_id,
                                                       visibility::Query query) {
    Read<VisibilityCount> call = [namespace_id = std::move(namespace_id),
                                  query = std::move(query)](Connection& connection) {
        return count_visibility(connection, namespace_id, query);
    };
    co_return co_await database_.read(std::move(call));
}

Async<Result<TaskQueueLease>> SqliteTaskQueues::acquire(TaskQueueClaim claim) {
    auto call = [claim = std::move(claim)](Batch& batch, auto& answer) {
        return acquire_task_queue(batch, claim, answer);
    };
    co_return co_await database_.write<Result<TaskQueueLease>>(0, std::move(call));
}

Async<Status> SqliteTaskQueues::commit(BacklogWrite write) {
    const std::size_t size_bytes = size_bytes_of(write);
    auto call = [write = std::move(write)](Batch& batch, auto& answer) {
        return apply_backlog(batch, write, answer);
    };
    co_return co_await database_.write<Status>(size_bytes, std::move(call));
}

Async<Result<std::vector<BacklogTask>>> SqliteTaskQueues::read(TaskQueueKey queue, TaskId after,
                                                               std::int32_t count_max) {
    Read<std::vector<BacklogTask>> call = [queue = std::move(queue), after,
                                           count_max](Connection& connection) {
        return read_backlog(connection, queue, after, count_max);
    };
    co_return co_await database_.read(std::move(call));
}

Async<Result<std::vector<std::string>>> SqliteTaskQueues::find_partitions(TaskQueueKey queue,
                                                                          std::int32_t count_max) {
    Read<std::vector<std::string>> call = [queue = std::move(queue),
                                           count_max](Connection& connection) {
        return find_partition_names(connection, queue, count_max);
    };
    co_return co_await database_.read(std::move(call));
}

Async<Status> SqliteNamespaces::create(NamespaceRecord record) {
    const std::size_t size_bytes = record.details.size();
    auto call = [record = std::move(record)](Batch& batch, auto& answer) {
        return create_namespace(batch, record, answer);
    };
    co_return co_await database_.write<Status>(size_bytes, std::move(call));
}

Async<Status> SqliteNamespaces::update(NamespaceRecord record) {
    const std::size_t size_bytes = record.details.size();
    auto call = [record = std::move(record)](Batch& batch, auto& answer) {
        return update_namespace(batch, record, answer);
    };
    co_return co_await database_.write<Status>(size_bytes, std::move(call));
}

Async<Result<std::optional<NamespaceRecord>>> SqliteNamespaces::find_by_name(std::string name) {
    Read<std::optional<NamespaceRecord>> call = [name = std::move(name)](Connection& connection) {
        return find_namespace_by_name(connection, name);
    };
    co_return co_await database_.read(std::move(call));
}

Async<Result<std::optional<NamespaceRecord>>> SqliteNamespaces::find_by_id(std::string id) {
    Read<std::optional<NamespaceRecord>> call = [id = std::move(id)](Connection& connection) {
        return find_namespace_by_id(connection, id);
    };
    co_return co_await database_.read(std::move(call));
}

Async<Result<std::vector<NamespaceRecord>>> SqliteNamespaces::list(std::string after,
                                                                   std::int32_t count_max) {
    Read<std::vector<NamespaceRecord>> call = [after = std::move(after),
                                               count_max](Connection& connection) {
        return list_namespaces(connection, after, count_max);
    };
    co_return co_await database_.read(std::move(call));
}

Async<Result<ClusterIdentity>> SqliteClusterMetadata::establish(ClusterIdentity identity) {
    auto call = [identity = std::move(identity)](Batch& batch, auto& answer) {
        return establish_identity(batch, identity, answer);
    };
    co_return co_await database_.write<Result<ClusterIdentity>>(0, std::move(call));
}

}  // namespace server::store::sqlite

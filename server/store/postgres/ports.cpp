#include "server/store/postgres/ports.h"

#include "server/store/postgres/backlog_sql.h"
#include "server/store/postgres/cluster_queries.h"
#include "server/store/postgres/membership_queries.h"
#include "server/store/postgres/run_queries.h"
#include "server/store/postgres/visibility_queries.h"

namespace server::store::postgres {

namespace {

// What the rows of an answer are read with.
template <class T>
using ReadRows = std::function<Result<T>(const std::vector<Rows>&)>;

// Hands a job to a writer and waits for its answer. `make(resume)` is the job's work.
template <class Answer, class Make>
Async<Answer> written(Writer& writer, std::size_t size_bytes, Make make) {
    auto start = [&writer, size_bytes, &make](Resume<Answer> resume) {
        WriteJob job{make(std::move(resume)), size_bytes, {}};
        writer.submit(std::move(job));
    };
    co_return co_await suspend<Answer>(start);
}

Result<std::optional<NamespaceRecord>> first_namespace(const std::vector<Rows>& rows) {
    TRY_ASSIGN(std::vector<NamespaceRecord> records, namespaces_read(rows));
    std::optional<NamespaceRecord> found;
    if (!records.empty()) found = std::move(records.front());
    return found;
}

Result<bool> done(const std::vector<Rows>&) { return true; }

}  // namespace

Async<Result<RangeId>> PostgresRuns::acquire_shard(ShardId shard_id, std::string owner) {
    const auto make = [&](Resume<Result<RangeId>> resume) {
        return AcquireShardJob{shard_id, std::move(owner), std::move(resume)};
    };
    co_return co_await written<Result<RangeId>>(backends_.writer_of(shard_id), 0, make);
}

Async<CommitOutcome> PostgresRuns::commit(TransitionWrite write) {
    ASSERT(backends_.one_database() || write.visibility.empty(),
           "visibility records in a transition, and visibility has a database of its own");
    const std::size_t size_bytes = size_bytes_of(write);
    Writer& writer = backends_.writer_of(write.shard_id);
    const auto make = [&](Resume<CommitOutcome> resume) {
        return TransitionJob{std::move(write), std::move(resume)};
    };
    co_return co_await written<CommitOutcome>(writer, size_bytes, make);
}

Async<Result<std::optional<StoredRun>>> PostgresRuns::find_run(ShardId shard_id, RunKey run) {
    Transaction query = find_run_query(shard_id, run);
    ReadRows<std::optional<StoredRun>> read = [run = std::move(run)](const auto& rows) {
        return found_run(run, rows);
    };
    co_return co_await backends_.callers().call(std::move(query), std::move(read));
}

Async<Result<std::optional<CurrentRun>>> PostgresRuns::find_current_run(ShardId shard_id,
                                                                        std::string namespace_id,
                                                                        std::string workflow_id) {
    Transaction query = find_current_run_query(shard_id, namespace_id, workflow_id);
    ReadRows<std::optional<CurrentRun>> read = found_current_run;
    co_return co_await backends_.callers().call(std::move(query), std::move(read));
}

Async<Result<std::vector<HistoryBatch>>> PostgresRuns::read_history(HistoryQuery query) {
    Transaction transaction = read_history_query(query);
    ReadRows<std::vector<HistoryBatch>> read = [branch_id =
                                                    std::move(query.branch_id)](const auto& rows) {
        return history_read(branch_id, rows);
    };
    co_return co_await backends_.callers().call(std::move(transaction), std::move(read));
}

Async<Result<std::vector<OutboxTask>>> PostgresRuns::read_outbox(ShardId shard_id, TaskId after,
                                                                 std::int32_t count_max) {
    Transaction query = read_outbox_query(shard_id, after, count_max);
    ReadRows<std::vector<OutboxTask>> read = [after](const auto& rows) {
        return outbox_read(after, rows);
    };
    co_return co_await backends_.callers().call(std::move(query), std::move(read));
}

Async<Result<std::vector<DueRun>>> PostgresRuns::read_due_runs(ShardId shard_id, TimePoint before,
                                                               std::optional<DueRun> after,
                                                               std::int32_t count_max) {
    Transaction query = read_due_runs_query(shard_id, before, after, count_max);
    ReadRows<std::vector<DueRun>> read = due_runs_read;
    co_return co_await backends_.callers().call(std::move(query), std::move(read));
}

Async<Status> PostgresVisibility::write(std::vector<VisibilityRecord> records) {
    if (records.empty()) co_return ok_status();
    const std::size_t size_bytes = size_bytes_of(records);
    const auto make = [&](Resume<Status> resume) {
        return RecordsJob{std::move(records), {}, std::move(resume)};
    };
    co_return co_await written<Status>(backends_.records_writer(), size_bytes, make);
}

Async<Status> PostgresVisibility::remove(std::vector<RunKey> runs) {
    if (runs.empty()) co_return ok_status();
    const auto make = [&](Resume<Status> resume) {
        return RecordsJob{{}, std::move(runs), std::move(resume)};
    };
    co_return co_await written<Status>(backends_.records_writer(), 0, make);
}

Async<Result<VisibilityPage>> PostgresVisibility::list(std::string namespace_id,
                                                       visibility::Query query,
                                                       std::int32_t page_size,
                                                       std::string page_token) {
    CO_TRY_ASSIGN(Transaction transaction, list_query(namespace_id, query, page_size, page_token));
    ReadRows<VisibilityPage> read = [namespace_id = std::move(namespace_id),
                                     page_size](const auto& rows) {
        return page_read(namespace_id, page_size, rows);
    };
    co_return co_await backends_.queries().call(std::move(transaction), std::move(read));
}

Async<Result<VisibilityCount>> PostgresVisibility::count(std::string namespace_id,
                                                         visibility::Query query) {
    Transaction transaction = count_query(namespace_id, query);
    ReadRows<VisibilityCount> read = [group_by = std::move(query.group_by)](const auto& rows) {
        return count_read(group_by, rows);
    };
    co_return co_await backends_.queries().call(std::move(transaction), std::move(read));
}

Async<Result<TaskQueueLease>> PostgresTaskQueues::acquire(TaskQueueClaim claim) {
    Writer& writer = backends_.writer_of(claim.partition);
    const auto make = [&](Resume<Result<TaskQueueLease>> resume) {
        return AcquireQueueJob{std::move(claim), std::move(resume)};
    };
    co_return co_await written<Result<TaskQueueLease>>(writer, 0, make);
}

Async<Status> PostgresTaskQueues::commit(BacklogWrite write) {
    const std::size_t size_bytes = size_bytes_of(write);
    Writer& writer = backends_.writer_of(write.queue);
    const auto make = [&](Resume<Status> resume) {
        return BacklogJob{std::move(write), std::move(resume)};
    };
    co_return co_await written<Status>(writer, size_bytes, make);
}

Async<Result<std::vector<BacklogTask>>> PostgresTaskQueues::read(TaskQueueKey queue, TaskId after,
                                                                 std::int32_t count_max) {
    Transaction query;
    query.push_back(read_backlog_call(queue, after, count_max));
    ReadRows<std::vector<BacklogTask>> read = read_backlog;
    co_return co_await backends_.callers().call(std::move(query), std::move(read));
}

Async<Result<std::vector<std::string>>> PostgresTaskQueues::find_partitions(
    TaskQueueKey queue, std::int32_t count_max) {
    Transaction query;
    query.push_back(find_partitions_call(queue, count_max));
    ReadRows<std::vector<std::string>> read = found_names;
    co_return co_await backends_.callers().call(std::move(query), std::move(read));
}

Async<Status> PostgresNamespaces::create(NamespaceRecord record) {
    Transaction query = create_namespace_query(record);
    ReadRows<bool> read = [record = std::move(record)](const auto& rows) {
        return namespace_created(record, rows);
    };
    const Result<bool> created =
        co_await backends_.callers().call(std::move(query), std::move(read));
    co_return created.status();
}

Async<Status> PostgresNamespaces::update(NamespaceRecord record) {
    Transaction query = update_namespace_query(record);
    ReadRows<bool> read = [record = std::move(record)](const auto& rows) {
        return namespace_updated(record, rows);
    };
    const Result<bool> updated =
        co_await backends_.callers().call(std::move(query), std::move(read));
    co_return updated.status();
}

Async<Result<std::optional<NamespaceRecord>>> PostgresNamespaces::find_by_name(std::string name) {
    Transaction query = namespace_by_name_query(name);
    ReadRows<std::optional<NamespaceRecord>> read = first_namespace;
    co_return co_await backends_.callers().call(std::move(query), std::move(read));
}

Async<Result<std::optional<NamespaceRecord>>> PostgresNamespaces::find_by_id(std::string id) {
    Transaction query = namespace_by_id_query(id);
    ReadRows<std::optional<NamespaceRecord>> read = first_namespace;
    co_return co_await backends_.callers().call(std::move(query), std::move(read));
}

Async<Result<std::vector<NamespaceRecord>>> PostgresNamespaces::list(std::string after,
                                                                     std::int32_t count_max) {
    Transaction query = list_namespaces_query(after, count_max);
    ReadRows<std::vector<NamespaceRecord>> read = namespaces_read;
    co_return co_await backends_.callers().call(std::move(query), std::move(read));
}

Async<Result<ClusterIdentity>> PostgresClusterMetadata::establish(ClusterIdentity identity) {
    Transaction query = establish_query(identity);
    ReadRows<ClusterIdentity> read = identity_read;
    co_return co_await backends_.callers().call(std::move(query), std::move(read));
}

Async<Result<std::vector<MemberRecord>>> PostgresMembership::heartbeat(
    std::vector<MemberRecord> own, Duration lease) {
    Transaction query = heartbeat_query(own, lease);
    ReadRows<std::vector<MemberRecord>> read = members_read;
    co_return co_await backends_.callers().call(std::move(query), std::move(read));
}

Async<Result<std::vector<MemberRecord>>> PostgresMembership::list() {
    Transaction query = list_members_query();
    ReadRows<std::vector<MemberRecord>> read = members_read;
    co_return co_await backends_.callers().call(std::move(query), std::move(read));
}

Async<Status> PostgresMembership::leave(std::string host_id) {
    Transaction query = leave_query(host_id);
    ReadRows<bool> read = done;
    const Result<bool> left = co_await backends_.callers().call(std::move(query), std::move(read));
    co_return left.status();
}

Async<Result<bool>> PostgresMembership::expire(MemberRecord seen) {
    Transaction query = expire_query(seen);
    ReadRows<bool> read = expired;
    co_return co_await backends_.callers().call(std::move(query), std::move(read));
}

}  // namespace server::store::postgres

#include "server/store/postgres/run_queries.h"

#include <limits>

#include "server/state/v1/task.pb.h"

namespace server::store::postgres {

namespace {

// One statement, so that run and items are of one moment: a row per item, and one for the run.
constexpr std::string_view kFindRun =
    "SELECT r.version, r.info, NULL::int2, NULL::bytea, NULL::bytea FROM run r"
    " WHERE r.shard_id = $1::int4 AND r.run_id = $2::bytea AND r.namespace_id = $3::bytea"
    " AND r.workflow_id = $4::bytea"
    " UNION ALL SELECT NULL::int8, NULL::bytea, i.kind, i.key, i.value FROM run_item i"
    " WHERE i.shard_id = $1::int4 AND i.run_id = $2::bytea AND EXISTS (SELECT FROM run r"
    " WHERE r.shard_id = $1::int4 AND r.run_id = $2::bytea AND r.namespace_id = $3::bytea"
    " AND r.workflow_id = $4::bytea)";
constexpr std::string_view kFindCurrentRun =
    "SELECT run_id, closed FROM current_run WHERE shard_id = $1::int4"
    " AND namespace_id = $2::bytea AND workflow_id = $3::bytea";
constexpr std::string_view kReadHistory =
    "SELECT first_event_id, transaction_id, events FROM history WHERE shard_id = $1::int4"
    " AND branch_id = $2::bytea AND first_event_id >= $3::int8 AND first_event_id < $4::int8"
    " ORDER BY first_event_id LIMIT $5::int4";
constexpr std::string_view kReadHistoryNewest =
    "SELECT first_event_id, transaction_id, events FROM history WHERE shard_id = $1::int4"
    " AND branch_id = $2::bytea AND first_event_id >= $3::int8 AND first_event_id < $4::int8"
    " ORDER BY first_event_id DESC LIMIT $5::int4";
constexpr std::string_view kReadOutbox =
    "SELECT tasks FROM outbox WHERE shard_id = $1::int4 AND last_task_id > $2::int8"
    " ORDER BY last_task_id LIMIT $3::int4";
constexpr std::string_view kReadDue =
    "SELECT namespace_id, workflow_id, run_id, next_due FROM run WHERE shard_id = $1::int4"
    " AND next_due < $2::int8 ORDER BY next_due, run_id LIMIT $3::int4";
constexpr std::string_view kReadDueAfter =
    "SELECT namespace_id, workflow_id, run_id, next_due FROM run WHERE shard_id = $1::int4"
    " AND next_due < $2::int8 AND (next_due, run_id) > ($4::int8, $5::bytea)"
    " ORDER BY next_due, run_id LIMIT $3::int4";

Transaction one(Call call) {
    Transaction transaction;
    transaction.push_back(std::move(call));
    return transaction;
}

Status append_tasks(std::string_view bytes, TaskId after, std::vector<OutboxTask>& tasks) {
    state::v1::OutboxRow row;
    if (!row.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        return {Code::DataLoss,
                "outbox row after task " + std::to_string(after.value) + " cannot be decoded"};
    }
    for (auto& entry : *row.mutable_entries()) {
        if (entry.id() <= after.value) continue;
        tasks.push_back({TaskId{entry.id()}, static_cast<TaskCategory>(entry.category()),
                         std::move(*entry.mutable_task())});
    }
    return ok_status();
}

}  // namespace

Transaction find_run_query(ShardId shard_id, const RunKey& run) {
    Call call{"find run", std::string(kFindRun)};
    call.arguments.add(shard_id.value).add(pack_id(run.run_id)).add(pack_id(run.namespace_id));
    call.arguments.add(run.workflow_id);
    return one(std::move(call));
}

Result<std::optional<StoredRun>> found_run(const RunKey& run, const std::vector<Rows>& rows) {
    std::optional<StoredRun> found;
    for (int row = 0; row < rows[0].count(); ++row) {
        if (!found) found = StoredRun{run, 0, {}, {}};
        if (!rows[0].is_null(row, 0)) {
            found->version = rows[0].integer(row, 0);
            found->info = rows[0].bytes(row, 1);
        } else {
            ItemKey key{static_cast<ItemKind>(rows[0].integer(row, 2)), rows[0].bytes(row, 3)};
            found->items.emplace(std::move(key), rows[0].bytes(row, 4));
        }
    }
    return found;
}

Transaction find_current_run_query(ShardId shard_id, const std::string& namespace_id,
                                   const std::string& workflow_id) {
    Call call{"find current run", std::string(kFindCurrentRun)};
    call.arguments.add(shard_id.value).add(pack_id(namespace_id)).add(workflow_id);
    return one(std::move(call));
}

Result<std::optional<CurrentRun>> found_current_run(const std::vector<Rows>& rows) {
    std::optional<CurrentRun> found;
    if (rows[0].count() > 0)
        found = CurrentRun{unpack_id(rows[0].view(0, 0)), rows[0].boolean(0, 1)};
    return found;
}

Transaction read_history_query(const HistoryQuery& query) {
    const EventId end =
        query.end_event_id == 0 ? std::numeric_limits<EventId>::max() : query.end_event_id;
    Call call = query.newest_first ? Call{"read newest history", std::string(kReadHistoryNewest)}
                                   : Call{"read history", std::string(kReadHistory)};
    call.arguments.add(query.shard_id.value).add(pack_id(query.branch_id));
    call.arguments.add(query.first_event_id).add(end).add(query.batches_max);
    return one(std::move(call));
}

Result<std::vector<HistoryBatch>> history_read(const std::string& branch_id,
                                               const std::vector<Rows>& rows) {
    std::vector<HistoryBatch> batches;
    for (int row = 0; row < rows[0].count(); ++row) {
        batches.push_back({branch_id, rows[0].integer(row, 0), TaskId{rows[0].integer(row, 1)},
                           rows[0].bytes(row, 2)});
    }
    return batches;
}

Transaction read_outbox_query(ShardId shard_id, TaskId after, std::int32_t count_max) {
    Call call{"read outbox", std::string(kReadOutbox)};
    call.arguments.add(shard_id.value).add(after.value).add(count_max);
    return one(std::move(call));
}

Result<std::vector<OutboxTask>> outbox_read(TaskId after, const std::vector<Rows>& rows) {
    std::vector<OutboxTask> tasks;
    for (int row = 0; row < rows[0].count(); ++row) {
        TRY(append_tasks(rows[0].view(row, 0), after, tasks));
    }
    return tasks;
}

Transaction read_due_runs_query(ShardId shard_id, TimePoint before,
                                const std::optional<DueRun>& after, std::int32_t count_max) {
    Call call = after ? Call{"read more due runs", std::string(kReadDueAfter)}
                      : Call{"read due runs", std::string(kReadDue)};
    call.arguments.add(shard_id.value).add(before).add(count_max);
    if (after) call.arguments.add(after->next_due).add(pack_id(after->run.run_id));
    return one(std::move(call));
}

Result<std::vector<DueRun>> due_runs_read(const std::vector<Rows>& rows) {
    std::vector<DueRun> runs;
    for (int row = 0; row < rows[0].count(); ++row) {
        RunKey key{unpack_id(rows[0].view(row, 0)), rows[0].bytes(row, 1),
                   unpack_id(rows[0].view(row, 2))};
        runs.push_back({std::move(key), rows[0].time(row, 3)});
    }
    return runs;
}

}  // namespace server::store::postgres

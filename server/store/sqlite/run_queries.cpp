#include "server/store/sqlite/run_queries.h"

#include <limits>

#include "server/state/v1/task.pb.h"

namespace server::store::sqlite {

namespace {

constexpr Sql kFindRun{"find run",
                       "SELECT run_key, version, info FROM run WHERE shard_id = ?1 AND run_id = ?2"
                       " AND namespace_id = ?3 AND workflow_id = ?4"};
constexpr Sql kReadItems{"read run items",
                         "SELECT kind, key, value FROM run_item WHERE run_key = ?1"};
constexpr Sql kFindCurrentRun{"find current run",
                              "SELECT run_id, closed FROM current_run"
                              " WHERE shard_id = ?1 AND namespace_id = ?2 AND workflow_id = ?3"};
constexpr Sql kReadHistory{"read history",
                           "SELECT first_event_id, transaction_id, events FROM history"
                           " WHERE shard_id = ?1 AND branch_id = ?2"
                           " AND first_event_id >= ?3 AND first_event_id < ?4"
                           " ORDER BY first_event_id LIMIT ?5"};
constexpr Sql kReadHistoryNewest{"read newest history",
                                 "SELECT first_event_id, transaction_id, events FROM history"
                                 " WHERE shard_id = ?1 AND branch_id = ?2"
                                 " AND first_event_id >= ?3 AND first_event_id < ?4"
                                 " ORDER BY first_event_id DESC LIMIT ?5"};
constexpr Sql kReadOutbox{"read outbox",
                          "SELECT tasks FROM outbox WHERE shard_id = ?1 AND last_task_id > ?2"
                          " ORDER BY last_task_id LIMIT ?3"};
constexpr Sql kReadDue{"read due runs",
                       "SELECT namespace_id, workflow_id, run_id, next_due FROM run"
                       " WHERE shard_id = ?1 AND next_due < ?2"
                       " ORDER BY next_due, run_id LIMIT ?3"};
constexpr Sql kReadDueAfter{"read more due runs",
                            "SELECT namespace_id, workflow_id, run_id, next_due FROM run"
                            " WHERE shard_id = ?1 AND next_due < ?2"
                            " AND (next_due, run_id) > (?4, ?5)"
                            " ORDER BY next_due, run_id LIMIT ?3"};

Status read_items(Connection& connection, std::int64_t run_key, StoredRun& run) {
    Cursor rows = connection.query(kReadItems, run_key);
    while (rows.next()) {
        ItemKey key{static_cast<ItemKind>(rows.integer(0)), rows.bytes(1)};
        run.items.emplace_hint(run.items.end(), std::move(key), rows.bytes(2));
    }
    return rows.status();
}

Status append_row(std::string_view bytes, TaskId after, std::vector<OutboxTask>& tasks) {
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

Result<std::optional<StoredRun>> find_run(Connection& connection, ShardId shard_id,
                                          const RunKey& run) {
    const ReadTransaction snapshot(connection);
    TRY(snapshot.status());
    std::optional<StoredRun> found;
    Cursor row = connection.query(kFindRun, shard_id.value, PackedId(run.run_id),
                                  PackedId(run.namespace_id), run.workflow_id);
    if (row.next()) {
        found = StoredRun{run, row.integer(1), row.bytes(2), {}};
        TRY(read_items(connection, row.integer(0), *found));
    }
    TRY(row.status());
    return found;
}

Result<std::optional<CurrentRun>> find_current_run(Connection& connection, ShardId shard_id,
                                                   const std::string& namespace_id,
                                                   const std::string& workflow_id) {
    std::optional<CurrentRun> found;
    Cursor row =
        connection.query(kFindCurrentRun, shard_id.value, PackedId(namespace_id), workflow_id);
    if (row.next()) found = CurrentRun{row.id(0), row.integer(1) != 0};
    TRY(row.status());
    return found;
}

Result<std::vector<HistoryBatch>> read_history(Connection& connection, const HistoryQuery& query) {
    const EventId end =
        query.end_event_id == 0 ? std::numeric_limits<EventId>::max() : query.end_event_id;
    const Sql& sql = query.newest_first ? kReadHistoryNewest : kReadHistory;
    std::vector<HistoryBatch> batches;
    Cursor rows = connection.query(sql, query.shard_id.value, PackedId(query.branch_id),
                                   query.first_event_id, end, query.batches_max);
    while (rows.next()) {
        batches.push_back(
            {query.branch_id, rows.integer(0), TaskId{rows.integer(1)}, rows.bytes(2)});
    }
    TRY(rows.status());
    return batches;
}

Result<std::vector<OutboxTask>> read_outbox(Connection& connection, ShardId shard_id, TaskId after,
                                            std::int32_t count_max) {
    std::vector<OutboxTask> tasks;
    Cursor rows = connection.query(kReadOutbox, shard_id.value, after.value, count_max);
    while (rows.next()) TRY(append_row(rows.view(0), after, tasks));
    TRY(rows.status());
    return tasks;
}

Result<std::vector<DueRun>> read_due_runs(Connection& connection, ShardId shard_id,
                                          TimePoint before, const std::optional<DueRun>& after,
                                          std::int32_t count_max) {
    std::vector<DueRun> runs;
    Cursor rows = after ? connection.query(kReadDueAfter, shard_id.value, before, count_max,
                                           after->next_due, PackedId(after->run.run_id))
                        : connection.query(kReadDue, shard_id.value, before, count_max);
    while (rows.next()) {
        RunKey key{rows.id(0), rows.bytes(1), rows.id(2)};
        runs.push_back({std::move(key), rows.time(3)});
    }
    TRY(rows.status());
    return runs;
}

}  // namespace server::store::sqlite

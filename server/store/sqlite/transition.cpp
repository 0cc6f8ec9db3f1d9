#include "server/store/sqlite/transition.h"

#include "server/store/conflicts.h"
#include "server/store/sqlite/visibility_write.h"

namespace server::store::sqlite {

namespace {

constexpr Sql kUpsertShard{"upsert shard",
                           "INSERT INTO shard (shard_id, range_id, owner) VALUES (?1, ?2, ?3)"
                           " ON CONFLICT (shard_id) DO UPDATE"
                           " SET range_id = excluded.range_id, owner = excluded.owner"};
constexpr Sql kFindRow{"find run",
                       "SELECT run_key, version, next_due, namespace_id, workflow_id FROM run"
                       " WHERE shard_id = ?1 AND run_id = ?2"};
constexpr Sql kInsertRun{"insert run",
                         "INSERT INTO run (shard_id, run_id, namespace_id, workflow_id, version,"
                         " next_due, info) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6)"};
constexpr Sql kUpdateRun{"update run", "UPDATE run SET version = ?2, info = ?3 WHERE run_key = ?1"};
// Apart from kUpdateRun, because SQLite rewrites the index of every column that a SET names.
constexpr Sql kUpdateDue{"update due time", "UPDATE run SET next_due = ?2 WHERE run_key = ?1"};
constexpr Sql kUpsertItem{"upsert run item",
                          "INSERT INTO run_item (run_key, kind, key, value)"
                          " VALUES (?1, ?2, ?3, ?4)"
                          " ON CONFLICT (run_key, kind, key) DO UPDATE SET value = excluded.value"};
constexpr Sql kDeleteItem{"delete run item",
                          "DELETE FROM run_item WHERE run_key = ?1 AND kind = ?2 AND key = ?3"};
constexpr Sql kInsertHistory{"insert history batch",
                             "INSERT INTO history (shard_id, branch_id, first_event_id,"
                             " transaction_id, events) VALUES (?1, ?2, ?3, ?4, ?5)"};
constexpr Sql kFindCurrent{"find current run",
                           "SELECT run_id FROM current_run"
                           " WHERE shard_id = ?1 AND namespace_id = ?2 AND workflow_id = ?3"};
constexpr Sql kUpsertCurrent{"upsert current run",
                             "INSERT INTO current_run (shard_id, namespace_id, workflow_id, run_id,"
                             " closed) VALUES (?1, ?2, ?3, ?4, ?5)"
                             " ON CONFLICT (shard_id, namespace_id, workflow_id) DO UPDATE"
                             " SET run_id = excluded.run_id, closed = excluded.closed"};

constexpr Sql kDeleteRun{"delete run", "DELETE FROM run WHERE run_key = ?1"};
constexpr Sql kDeleteItems{"delete run items", "DELETE FROM run_item WHERE run_key = ?1"};
constexpr Sql kDeleteHistory{"delete history",
                             "DELETE FROM history WHERE shard_id = ?1 AND branch_id = ?2"};
constexpr Sql kDeleteCurrent{"delete current run",
                             "DELETE FROM current_run WHERE shard_id = ?1 AND namespace_id = ?2"
                             " AND workflow_id = ?3 AND run_id = ?4"};

// A run's row before the write; key 0: there is none.
struct RunRow {
    std::int64_t key = 0;
    std::int64_t version = 0;
    TimePoint next_due = kNever;
};

Result<RunRow> find_row(Connection& connection, ShardId shard_id, const RunKey& run) {
    Cursor row = connection.query(kFindRow, shard_id.value, PackedId(run.run_id));
    if (!row.next()) {
        TRY(row.status());
        return RunRow{};
    }
    const RunRow found{row.integer(0), row.integer(1), row.nullable_time(2)};
    if (row.id(3) == run.namespace_id && row.view(4) == run.workflow_id) return found;
    return Status(Code::Aborted, run_id_conflict(run, row.bytes(4)));
}

Result<std::optional<std::string>> find_current_id(Connection& connection, ShardId shard_id,
                                                   const CurrentRunWrite& current) {
    Cursor row = connection.query(kFindCurrent, shard_id.value, PackedId(current.namespace_id),
                                  current.workflow_id);
    std::optional<std::string> run_id;
    if (row.next()) run_id = row.id(0);
    TRY(row.status());
    return run_id;
}

Status write_items(Connection& connection, std::int64_t run_key,
                   const std::vector<ItemWrite>& items) {
    for (const ItemWrite& write : items) {
        const auto kind = static_cast<std::int64_t>(write.item.kind);
        if (write.value) {
            TRY(connection.run(kUpsertItem, run_key, kind, write.item.key, Blob{*write.value}));
        } else {
            TRY(connection.run(kDeleteItem, run_key, kind, write.item.key));
        }
    }
    return ok_status();
}

Status insert_run(Connection& connection, ShardId shard_id, const RunWrite& write) {
    return connection.run(kInsertRun, shard_id.value, PackedId(write.run.run_id),
                          PackedId(write.run.namespace_id), write.run.workflow_id,
                          NullableTime{write.next_due}, Blob{write.info});
}

Status update_run(Connection& connection, const RunRow& row, const RunWrite& write) {
    TRY(connection.run(kUpdateRun, row.key, write.expected_version + 1, Blob{write.info}));
    if (row.next_due == write.next_due) return ok_status();
    return connection.run(kUpdateDue, row.key, NullableTime{write.next_due});
}

Status write_run(Connection& connection, ShardId shard_id, RunRow row, const RunWrite& write) {
    if (row.key == 0) {
        TRY(insert_run(connection, shard_id, write));
        row.key = connection.last_row_id();
    } else {
        TRY(update_run(connection, row, write));
    }
    TRY(write_items(connection, row.key, write.items));
    for (const HistoryBatch& batch : write.history) {
        TRY(connection.run(kInsertHistory, shard_id.value, PackedId(batch.branch_id),
                           batch.first_event_id, batch.transaction_id.value, Blob{batch.events}));
    }
    return ok_status();
}

Status write_current(Connection& connection, ShardId shard_id, const CurrentRunWrite& current) {
    return connection.run(kUpsertCurrent, shard_id.value, PackedId(current.namespace_id),
                          current.workflow_id, PackedId(current.run_id), current.closed);
}

Status delete_run(Connection& connection, ShardId shard_id, std::int64_t run_key,
                  const RunDelete& write) {
    TRY(connection.run(kDeleteItems, run_key));
    TRY(connection.run(kDeleteRun, run_key));
    TRY(connection.run(kDeleteHistory, shard_id.value, PackedId(write.branch_id)));
    TRY(connection.run(kDeleteCurrent, shard_id.value, PackedId(write.run.namespace_id),
                       write.run.workflow_id, PackedId(write.run.run_id)));
    return delete_visibility(connection, write.run.namespace_id, write.run.run_id);
}

// The rows a transition is about, as they were before it.
struct RunRows {
    std::vector<RunRow> written;
    std::vector<RunRow> deleted;
};

// The checks of one transition. An empty conflict means all is well.
Result<std::string> find_conflict(Connection& connection, const TransitionWrite& write,
                                  RunRows& rows) {
    for (const RunWrite& run : write.runs) {
        TRY_ASSIGN(const RunRow row, find_row(connection, write.shard_id, run.run));
        if (row.version != run.expected_version) return version_conflict(run, row.version);
        rows.written.push_back(row);
    }
    for (const RunDelete& run : write.deleted_runs) {
        TRY_ASSIGN(const RunRow row, find_row(connection, write.shard_id, run.run));
        const bool expected = row.key != 0 && row.version == run.expected_version;
        if (!expected) return version_conflict(run, row.version);
        rows.deleted.push_back(row);
    }
    if (!write.current) return std::string();
    TRY_ASSIGN(const std::optional<std::string> current,
               find_current_id(connection, write.shard_id, *write.current));
    if (current == write.current->expected_run_id) return std::string();
    return current_run_conflict(*write.current, current);
}

Status write_all(Batch& batch, const TransitionWrite& write, const RunRows& rows) {
    Connection& connection = batch.connection();
    for (std::size_t index = 0; index < rows.written.size(); ++index) {
        TRY(write_run(connection, write.shard_id, rows.written[index], write.runs[index]));
    }
    if (write.current) TRY(write_current(connection, write.shard_id, *write.current));
    for (const VisibilityRecord& record : write.visibility) {
        TRY(write_visibility(connection, record));
    }
    for (std::size_t index = 0; index < rows.deleted.size(); ++index) {
        TRY(delete_run(connection, write.shard_id, rows.deleted[index].key,
                       write.deleted_runs[index]));
    }
    batch.stage_outbox(write);
    return ok_status();
}

}  // namespace

std::size_t size_bytes_of(const TransitionWrite& write) {
    std::size_t bytes = 0;
    for (const RunWrite& run : write.runs) {
        bytes += run.info.size();
        for (const ItemWrite& item : run.items) bytes += item.value ? item.value->size() : 0;
        for (const HistoryBatch& batch : run.history) bytes += batch.events.size();
    }
    for (const OutboxTask& task : write.outbox) bytes += task.task.size();
    for (const VisibilityRecord& record : write.visibility) {
        bytes += record.memo.size() + record.search_attributes.size();
    }
    return bytes;
}

Status apply_transition(Batch& batch, const TransitionWrite& write,
                        std::optional<CommitOutcome>& outcome) {
    TRY_ASSIGN(const RangeId range_id, batch.range_of(write.shard_id));
    if (!owns(range_id, write.range_id)) {
        outcome = CommitOutcome{CommitKind::shard_lost, lost_shard(write, range_id)};
        return ok_status();
    }
    RunRows rows;
    TRY_ASSIGN(std::string conflict, find_conflict(batch.connection(), write, rows));
    if (!conflict.empty()) {
        outcome = CommitOutcome{CommitKind::conflict, std::move(conflict)};
        return ok_status();
    }
    outcome = CommitOutcome{};
    return write_all(batch, write, rows);
}

Status acquire_shard(Batch& batch, ShardId shard_id, const std::string& owner,
                     std::optional<Result<RangeId>>& answer) {
    TRY_ASSIGN(RangeId range_id, batch.range_of(shard_id));
    ++range_id.value;
    TRY(batch.connection().run(kUpsertShard, shard_id.value, range_id.value, owner));
    batch.set_range(shard_id, range_id);
    answer = range_id;
    return ok_status();
}

}  // namespace server::store::sqlite

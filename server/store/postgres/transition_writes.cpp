// What the transitions that are alive write, and the answer.

#include "server/state/v1/task.pb.h"
#include "server/store/postgres/transition_statement.h"
#include "server/store/postgres/visibility_write.h"

namespace server::store::postgres {

namespace {

std::string encode_outbox(const std::vector<OutboxTask>& tasks) {
    state::v1::OutboxRow row;
    row.mutable_entries()->Reserve(static_cast<int>(tasks.size()));
    for (const OutboxTask& task : tasks) {
        auto& entry = *row.add_entries();
        entry.set_id(task.id.value);
        entry.set_category(static_cast<std::int32_t>(task.category));
        entry.set_task(task.task);
    }
    return row.SerializeAsString();
}

}  // namespace

void TransitionSql::write_runs() {
    if (has('n')) {
        sql_.add(
            ", run_new AS (INSERT INTO run (shard_id, run_id, namespace_id, workflow_id, version,"
            " next_due, info) SELECT shard_id, run_id, namespace_id, workflow_id, 1, next_due, info"
            " FROM run_in i WHERE i.expected = 0 AND ");
        sql_.add(kAlive).add(")");
    }
    if (has('u')) {
        sql_.add(
            ", run_next AS (UPDATE run r SET version = i.expected + 1, next_due = i.next_due,"
            " info = i.info FROM run_in i WHERE r.shard_id = i.shard_id AND r.run_id = i.run_id"
            " AND r.version = i.expected AND i.expected > 0 AND ");
        sql_.add(kAlive).add(" RETURNING 1)");
    }
}

void TransitionSql::write_items() {
    Column members(Column::Kind::int4), shards(Column::Kind::int4), run_ids(Column::Kind::bytes);
    Column kinds(Column::Kind::int2), keys(Column::Kind::bytes), values(Column::Kind::bytes);
    Column gone_members(Column::Kind::int4), gone_shards(Column::Kind::int4),
        gone_run_ids(Column::Kind::bytes);
    Column gone_kinds(Column::Kind::int2), gone_keys(Column::Kind::bytes);
    for (std::size_t index = 0; index < writes_.size(); ++index) {
        for (const RunWrite& run : writes_[index]->runs) {
            const std::string run_id = pack_id(run.run.run_id);
            for (const ItemWrite& item : run.items) {
                const bool stays = item.value.has_value();
                (stays ? members : gone_members).add(static_cast<std::int64_t>(index) + 1);
                (stays ? shards : gone_shards).add(std::int64_t{writes_[index]->shard_id.value});
                (stays ? run_ids : gone_run_ids).add(run_id);
                (stays ? kinds : gone_kinds).add(static_cast<std::int64_t>(item.item.kind));
                (stays ? keys : gone_keys).add(item.item.key);
                if (stays) values.add(*item.value);
            }
        }
    }
    if (members.size() > 0) {
        parts_ += members.size() == 1 ? 'i' : 'I';
        sql_.add(
            ", item_set AS (INSERT INTO run_item (shard_id, run_id, kind, key, value)"
            " SELECT i.shard_id, i.run_id, i.kind, i.key, i.value");
        sql_.add_rows({&members, &shards, &run_ids, &kinds, &keys, &values},
                      "member, shard_id, run_id, kind, key, value");
        sql_.add(" WHERE ").add(kAlive).add(
            " ON CONFLICT (shard_id, run_id, kind, key) DO UPDATE SET value = excluded.value)");
    }
    if (gone_members.size() > 0) {
        parts_ += gone_members.size() == 1 ? 'g' : 'G';
        sql_.add(", item_gone AS (DELETE FROM run_item r USING (SELECT *");
        sql_.add_rows({&gone_members, &gone_shards, &gone_run_ids, &gone_kinds, &gone_keys},
                      "member, shard_id, run_id, kind, key");
        sql_.add(") AS i WHERE ")
            .add(kAlive)
            .add(
                " AND r.shard_id = i.shard_id AND r.run_id = i.run_id AND r.kind = i.kind"
                " AND r.key = i.key)");
    }
}

void TransitionSql::write_history() {
    Column members(Column::Kind::int4), shards(Column::Kind::int4), branches(Column::Kind::bytes);
    Column first_events(Column::Kind::int8), transactions(Column::Kind::int8),
        events(Column::Kind::bytes);
    for (std::size_t index = 0; index < writes_.size(); ++index) {
        for (const RunWrite& run : writes_[index]->runs) {
            for (const HistoryBatch& batch : run.history) {
                members.add(static_cast<std::int64_t>(index) + 1);
                shards.add(std::int64_t{writes_[index]->shard_id.value});
                branches.add(pack_id(batch.branch_id));
                first_events.add(batch.first_event_id);
                transactions.add(batch.transaction_id.value);
                events.add(batch.events);
            }
        }
    }
    if (members.size() == 0) return;
    parts_ += 'h';
    sql_.add(
        ", history_new AS (INSERT INTO history (shard_id, branch_id, first_event_id,"
        " transaction_id, events) SELECT i.shard_id, i.branch_id, i.first_event_id,"
        " i.transaction_id, i.events");
    sql_.add_rows({&members, &shards, &branches, &first_events, &transactions, &events},
                  "member, shard_id, branch_id, first_event_id, transaction_id, events");
    sql_.add(" WHERE ").add(kAlive).add(")");
}

void TransitionSql::write_current() {
    if (!has('c')) return;
    sql_.add(
        ", current_set AS (INSERT INTO current_run (shard_id, namespace_id, workflow_id, run_id,"
        " closed) SELECT i.shard_id, i.namespace_id, i.workflow_id, i.run_id, i.closed"
        " FROM current_in i WHERE ");
    sql_.add(kAlive).add(
        " ON CONFLICT (shard_id, namespace_id, workflow_id) DO UPDATE"
        " SET run_id = excluded.run_id, closed = excluded.closed)");
}

// The rows of one shard become one: messages that follow one another are one message.
void TransitionSql::write_outbox() {
    Column members(Column::Kind::int4), shards(Column::Kind::int4), last_ids(Column::Kind::int8),
        tasks(Column::Kind::bytes);
    Column done_members(Column::Kind::int4), done_shards(Column::Kind::int4),
        done_ids(Column::Kind::int8);
    for (std::size_t index = 0; index < writes_.size(); ++index) {
        const TransitionWrite& write = *writes_[index];
        if (!write.outbox.empty()) {
            members.add(static_cast<std::int64_t>(index) + 1);
            shards.add(std::int64_t{write.shard_id.value});
            last_ids.add(write.outbox.back().id.value);
            tasks.add(encode_outbox(write.outbox));
        }
        if (write.outbox_done_through.value > 0) {
            done_members.add(static_cast<std::int64_t>(index) + 1);
            done_shards.add(std::int64_t{write.shard_id.value});
            done_ids.add(write.outbox_done_through.value);
        }
    }
    if (members.size() > 0) {
        parts_ += 'o';
        sql_.add(
            ", outbox_new AS (INSERT INTO outbox (shard_id, last_task_id, tasks) SELECT "
            "i.shard_id,");
        sql_.add(one_row() ? " i.last_id, i.tasks"
                           : " max(i.last_id), string_agg(i.tasks, ''::bytea ORDER BY i.last_id)");
        sql_.add_rows({&members, &shards, &last_ids, &tasks}, "member, shard_id, last_id, tasks");
        sql_.add(" WHERE ").add(kAlive).add(one_row() ? ")" : " GROUP BY i.shard_id)");
    }
    if (done_members.size() > 0) {
        parts_ += 'p';
        sql_.add(", outbox_done AS (DELETE FROM outbox o USING (SELECT i.shard_id,");
        sql_.add(one_row() ? " i.last_id" : " max(i.last_id) AS last_id");
        sql_.add_rows({&done_members, &done_shards, &done_ids}, "member, shard_id, last_id");
        sql_.add(" WHERE ")
            .add(kAlive)
            .add(one_row() ? "" : " GROUP BY i.shard_id")
            .add(") AS d WHERE o.shard_id = d.shard_id AND o.last_task_id <= d.last_id)");
    }
}

void TransitionSql::write_visibility() {
    RecordColumns columns;
    for (std::size_t index = 0; index < writes_.size(); ++index) {
        for (const VisibilityRecord& record : writes_[index]->visibility) {
            columns.add(static_cast<std::int64_t>(index) + 1, record);
        }
    }
    if (columns.empty()) return;
    parts_ += 'v';
    sql_.add(", visibility_set AS (");
    columns.add_upsert(sql_, kAlive);
    sql_.add(")");
}

void TransitionSql::write_deletes() {
    if (!has('d')) return;
    constexpr std::string_view kSameRun = "x.shard_id = i.shard_id AND x.run_id = i.run_id";
    const auto add = [this](std::string_view name, std::string_view table,
                            std::string_view condition) {
        sql_.add(", ").add(name).add(" AS (DELETE FROM ").add(table);
        sql_.add(" x USING delete_in i WHERE ").add(condition).add(" AND ").add(kAlive).add(")");
    };
    add("run_gone", "run", kSameRun);
    add("items_gone", "run_item", kSameRun);
    add("history_gone", "history", "x.shard_id = i.shard_id AND x.branch_id = i.branch_id");
    add("current_gone", "current_run",
        "x.shard_id = i.shard_id AND x.namespace_id = i.namespace_id"
        " AND x.workflow_id = i.workflow_id AND x.run_id = i.run_id");
    if (!with_visibility_) return;
    add("visibility_gone", "visibility",
        "x.namespace_id = i.namespace_id AND x.run_id = i.run_text");
}

void TransitionSql::add_answer() {
    sql_.add(" SELECT member, reason, number, stored, stored_id FROM guilty");
    if (!has('u')) return;
    sql_.add(
        " UNION ALL SELECT 0, 0, 0, (1 / CASE WHEN (SELECT count(*) FROM run_next) = (SELECT"
        " count(*) FROM run_in i WHERE i.expected > 0 AND ");
    sql_.add(kAlive).add(") THEN 1 ELSE 0 END)::int8, NULL::bytea");
}

}  // namespace server::store::postgres

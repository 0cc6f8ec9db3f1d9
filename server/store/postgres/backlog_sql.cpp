#include "server/store/postgres/backlog_sql.h"

#include "server/base/mutant.h"
#include "server/store/conflicts.h"
#include "server/store/postgres/sql_builder.h"

namespace server::store::postgres {

namespace {

constexpr std::string_view kSameQueue =
    "q.namespace_id = i.namespace_id AND q.name = i.name AND q.type = i.type";

// Without the fence the row is locked all the same.
std::string_view held_lease() {
    return mutant("postgres_no_lease") ? "true" : "q.range_id = i.range_id AND i.range_id > 0";
}

void add_lease(SqlBuilder& sql, const BacklogWrites& writes) {
    Column members(Column::Kind::int4);
    Column namespaces(Column::Kind::bytes);
    Column names(Column::Kind::bytes);
    Column types(Column::Kind::int2);
    Column ranges(Column::Kind::int8);
    Column done(Column::Kind::int8);
    for (std::size_t index = 0; index < writes.size(); ++index) {
        const BacklogWrite& write = *writes[index];
        members.add(static_cast<std::int64_t>(index) + 1);
        namespaces.add(pack_id(write.queue.namespace_id));
        names.add(write.queue.name);
        types.add(std::int64_t{write.queue.type});
        ranges.add(write.range_id.value);
        done.add(write.done_through.value);
    }
    sql.add("WITH lease_in AS MATERIALIZED (SELECT * FROM unnest(").add(members).add(", ");
    sql.add(namespaces).add(", ").add(names).add(", ").add(types).add(", ").add(ranges).add(", ");
    sql.add(done).add(
        ") AS i (member, namespace_id, name, type, range_id, done_through)),"
        " lease AS MATERIALIZED (SELECT i.*, q.range_id AS stored, ");
    sql.add(held_lease()).add(" AS held FROM lease_in i JOIN task_queue q ON ").add(kSameQueue);
    sql.add(" ORDER BY q.namespace_id, q.name, q.type FOR NO KEY UPDATE OF q)");
}

void add_tasks(SqlBuilder& sql, const BacklogWrites& writes) {
    Column members(Column::Kind::int4);
    Column ids(Column::Kind::int8);
    Column expires(Column::Kind::int8);
    Column tasks(Column::Kind::bytes);
    for (std::size_t index = 0; index < writes.size(); ++index) {
        for (const BacklogTask& task : writes[index]->added) {
            members.add(static_cast<std::int64_t>(index) + 1);
            ids.add(task.id.value);
            if (task.expires == kNever) {
                expires.add_null();
            } else {
                expires.add(unix_nanos(task.expires));
            }
            tasks.add(task.task);
        }
    }
    sql.add(
        ", added AS (INSERT INTO backlog_task (namespace_id, name, type, task_id, expires, task)"
        " SELECT l.namespace_id, l.name, l.type, i.task_id, i.expires, i.task FROM unnest(");
    sql.add(members).add(", ").add(ids).add(", ").add(expires).add(", ").add(tasks);
    sql.add(
        ") AS i (member, task_id, expires, task) JOIN lease l ON l.member = i.member AND l.held)");
}

}  // namespace

Call backlog_call(const BacklogWrites& writes) {
    SqlBuilder sql;
    add_lease(sql, writes);
    add_tasks(sql, writes);
    sql.add(
        ", done AS MATERIALIZED (SELECT namespace_id, name, type, max(done_through) AS through"
        " FROM lease WHERE held AND done_through > 0 GROUP BY namespace_id, name, type),"
        " removed AS (DELETE FROM backlog_task q USING done i WHERE ");
    sql.add(kSameQueue)
        .add(
            " AND q.task_id <= i.through),"
            " moved AS (UPDATE task_queue q SET done_through = i.through FROM done i WHERE ");
    sql.add(kSameQueue)
        .add(
            " AND q.done_through < i.through)"
            " SELECT i.member, l.stored FROM lease_in i LEFT JOIN lease l ON l.member = i.member"
            " WHERE l.held IS NOT TRUE");
    return Call{"backlog", sql.take_text(), sql.take_arguments()};
}

std::vector<Status> backlog_answers(const BacklogWrites& writes, const Rows& answer) {
    std::vector<Status> answers(writes.size());
    for (int row = 0; row < answer.count(); ++row) {
        const auto member = static_cast<std::size_t>(answer.integer(row, 0)) - 1;
        const RangeId stored{answer.is_null(row, 1) ? 0 : answer.integer(row, 1)};
        answers[member] = lost_task_queue(*writes[member], stored);
    }
    return answers;
}

Call find_partitions_call(const TaskQueueKey& queue, std::int32_t count_max) {
    Call call{"find task queue partitions",
              "SELECT name FROM task_queue WHERE namespace_id = $1::bytea AND queue = $2::bytea"
              " AND type = $3::int2 ORDER BY name LIMIT $4::int4"};
    call.arguments.add(pack_id(queue.namespace_id)).add(queue.name);
    call.arguments.add(queue.type).add(count_max);
    return call;
}

Result<std::vector<std::string>> found_names(const std::vector<Rows>& rows) {
    std::vector<std::string> names;
    for (int row = 0; row < rows[0].count(); ++row) names.push_back(rows[0].bytes(row, 0));
    return names;
}

Call read_backlog_call(const TaskQueueKey& queue, TaskId after, std::int32_t count_max) {
    Call call{"read backlog",
              "SELECT task_id, expires, task FROM backlog_task WHERE namespace_id = $1::bytea"
              " AND name = $2::bytea AND type = $3::int2 AND task_id > $4::int8"
              " ORDER BY task_id LIMIT $5::int4"};
    call.arguments.add(pack_id(queue.namespace_id)).add(queue.name).add(queue.type);
    call.arguments.add(after.value).add(count_max);
    return call;
}

Result<std::vector<BacklogTask>> read_backlog(const std::vector<Rows>& rows) {
    std::vector<BacklogTask> tasks;
    for (int row = 0; row < rows[0].count(); ++row) {
        const TimePoint expires = rows[0].is_null(row, 1) ? kNever : rows[0].time(row, 1);
        tasks.push_back({TaskId{rows[0].integer(row, 0)}, expires, rows[0].bytes(row, 2)});
    }
    return tasks;
}

}  // namespace server::store::postgres

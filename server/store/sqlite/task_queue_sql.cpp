#include "server/store/sqlite/task_queue_sql.h"

#include "server/store/conflicts.h"

namespace server::store::sqlite {

namespace {

constexpr Sql kFindQueue{"find task queue",
                         "SELECT task_queue_key, range_id, done_through FROM task_queue"
                         " WHERE namespace_id = ?1 AND name = ?2 AND type = ?3"};
constexpr Sql kInsertQueue{"insert task queue",
                           "INSERT INTO task_queue (namespace_id, name, type, range_id, owner,"
                           " done_through, queue) VALUES (?1, ?2, ?3, 1, ?4, 0, nullif(?5, ''))"};
constexpr Sql kUpdateLease{"update task queue lease",
                           "UPDATE task_queue SET range_id = ?2, owner = ?3"
                           " WHERE task_queue_key = ?1"};
constexpr Sql kInsertTask{"insert backlog task",
                          "INSERT INTO backlog_task (task_queue_key, task_id, expires, task)"
                          " VALUES (?1, ?2, ?3, ?4)"};
constexpr Sql kDeleteTasks{"delete backlog tasks",
                           "DELETE FROM backlog_task WHERE task_queue_key = ?1 AND task_id <= ?2"};
constexpr Sql kUpdateDone{"update task queue progress",
                          "UPDATE task_queue SET done_through = ?2"
                          " WHERE task_queue_key = ?1 AND done_through < ?2"};
constexpr Sql kReadTasks{"read backlog",
                         "SELECT t.task_id, t.expires, t.task"
                         " FROM task_queue q JOIN backlog_task t USING (task_queue_key)"
                         " WHERE q.namespace_id = ?1 AND q.name = ?2 AND q.type = ?3"
                         " AND t.task_id > ?4 ORDER BY t.task_id LIMIT ?5"};
constexpr Sql kFindPartitions{"find task queue partitions",
                              "SELECT name FROM task_queue WHERE namespace_id = ?1 AND queue = ?2"
                              " AND type = ?3 ORDER BY name LIMIT ?4"};

// Key 0: there is no such row.
struct QueueRow {
    std::int64_t key = 0;
    TaskQueueLease lease;
};

Result<QueueRow> find_queue(Connection& connection, const TaskQueueKey& queue) {
    Cursor row = connection.query(kFindQueue, PackedId(queue.namespace_id), queue.name, queue.type);
    QueueRow found;
    if (row.next()) {
        found = {row.integer(0), {RangeId{row.integer(1)}, TaskId{row.integer(2)}}};
    }
    TRY(row.status());
    return found;
}

Status remove_done(Connection& connection, std::int64_t queue_key, TaskId done_through) {
    if (done_through.value == 0) return ok_status();
    TRY(connection.run(kDeleteTasks, queue_key, done_through.value));
    return connection.run(kUpdateDone, queue_key, done_through.value);
}

}  // namespace

std::size_t size_bytes_of(const BacklogWrite& write) {
    std::size_t bytes = 0;
    for (const BacklogTask& task : write.added) bytes += task.task.size();
    return bytes;
}

Status acquire_task_queue(Batch& batch, const TaskQueueClaim& claim,
                          std::optional<Result<TaskQueueLease>>& answer) {
    Connection& connection = batch.connection();
    const TaskQueueKey& partition = claim.partition;
    TRY_ASSIGN(QueueRow row, find_queue(connection, partition));
    ++row.lease.range_id.value;
    if (row.key == 0) {
        TRY(connection.run(kInsertQueue, PackedId(partition.namespace_id), partition.name,
                           partition.type, claim.owner, claim.queue));
    } else {
        TRY(connection.run(kUpdateLease, row.key, row.lease.range_id.value, claim.owner));
    }
    answer = row.lease;
    return ok_status();
}

Status apply_backlog(Batch& batch, const BacklogWrite& write, std::optional<Status>& answer) {
    Connection& connection = batch.connection();
    TRY_ASSIGN(const QueueRow row, find_queue(connection, write.queue));
    if (!owns(row.lease.range_id, write.range_id)) {
        answer = lost_task_queue(write, row.lease.range_id);
        return ok_status();
    }
    for (const BacklogTask& task : write.added) {
        TRY(connection.run(kInsertTask, row.key, task.id.value, NullableTime{task.expires},
                           Blob{task.task}));
    }
    answer = ok_status();
    return remove_done(connection, row.key, write.done_through);
}

Result<std::vector<std::string>> find_partition_names(Connection& connection,
                                                      const TaskQueueKey& queue,
                                                      std::int32_t count_max) {
    std::vector<std::string> names;
    Cursor rows = connection.query(kFindPartitions, PackedId(queue.namespace_id), queue.name,
                                   queue.type, count_max);
    while (rows.next()) names.push_back(rows.bytes(0));
    TRY(rows.status());
    return names;
}

Result<std::vector<BacklogTask>> read_backlog(Connection& connection, const TaskQueueKey& queue,
                                              TaskId after, std::int32_t count_max) {
    std::vector<BacklogTask> tasks;
    Cursor rows = connection.query(kReadTasks, PackedId(queue.namespace_id), queue.name, queue.type,
                                   after.value, count_max);
    while (rows.next()) {
        tasks.push_back({TaskId{rows.integer(0)}, rows.nullable_time(1), rows.bytes(2)});
    }
    TRY(rows.status());
    return tasks;
}

}  // namespace server::store::sqlite

#include "server/store/postgres/take_over_sql.h"

#include <map>

#include "server/store/postgres/sql_builder.h"

namespace server::store::postgres {

Call acquire_shards_call(const std::vector<ShardClaim>& claims) {
    Column shards(Column::Kind::int4);
    Column owners(Column::Kind::bytes);
    for (const ShardClaim& claim : claims) {
        shards.add(std::int64_t{claim.shard_id.value});
        owners.add(claim.owner);
    }
    SqlBuilder sql;
    sql.add(
        "INSERT INTO shard AS s (shard_id, range_id, owner) SELECT i.shard_id, 1, i.owner FROM "
        "unnest(");
    sql.add(shards).add(", ").add(owners).add(
        ") AS i (shard_id, owner) ORDER BY i.shard_id"
        " ON CONFLICT (shard_id) DO UPDATE SET range_id = s.range_id + 1, owner = excluded.owner"
        " RETURNING shard_id, range_id");
    return Call{"acquire shards", sql.take_text(), sql.take_arguments()};
}

Call acquire_queues_call(const std::vector<TaskQueueClaim>& claims) {
    Column namespaces(Column::Kind::bytes);
    Column names(Column::Kind::bytes);
    Column types(Column::Kind::int2);
    Column owners(Column::Kind::bytes);
    Column queues(Column::Kind::bytes);
    for (const TaskQueueClaim& claim : claims) {
        namespaces.add(pack_id(claim.partition.namespace_id));
        names.add(claim.partition.name);
        types.add(std::int64_t{claim.partition.type});
        owners.add(claim.owner);
        queues.add(claim.queue);
    }
    SqlBuilder sql;
    sql.add(
        "INSERT INTO task_queue AS q"
        " (namespace_id, name, type, range_id, owner, done_through, queue)"
        " SELECT i.namespace_id, i.name, i.type, 1, i.owner, 0, nullif(i.queue, '')"
        " FROM unnest(");
    sql.add(namespaces)
        .add(", ")
        .add(names)
        .add(", ")
        .add(types)
        .add(", ")
        .add(owners)
        .add(", ")
        .add(queues)
        .add(
            ") AS i (namespace_id, name, type, owner, queue)"
            " ORDER BY i.namespace_id, i.name, i.type"
            " ON CONFLICT (namespace_id, name, type)"
            " DO UPDATE SET range_id = q.range_id + 1, owner = excluded.owner"
            " RETURNING namespace_id, name, type, range_id, done_through");
    return Call{"acquire task queues", sql.take_text(), sql.take_arguments()};
}

std::vector<RangeId> acquired_shards(const std::vector<ShardClaim>& claims, const Rows& answer) {
    std::map<std::int64_t, RangeId> ranges;
    for (int row = 0; row < answer.count(); ++row) {
        ranges[answer.integer(row, 0)] = RangeId{answer.integer(row, 1)};
    }
    std::vector<RangeId> acquired;
    for (const ShardClaim& claim : claims) acquired.push_back(ranges.at(claim.shard_id.value));
    return acquired;
}

std::vector<TaskQueueLease> acquired_queues(const std::vector<TaskQueueClaim>& claims,
                                            const Rows& answer) {
    std::map<TaskQueueKey, TaskQueueLease> leases;
    for (int row = 0; row < answer.count(); ++row) {
        const TaskQueueKey key{unpack_id(answer.view(row, 0)), answer.bytes(row, 1),
                               static_cast<std::int16_t>(answer.integer(row, 2))};
        leases[key] = {RangeId{answer.integer(row, 3)}, TaskId{answer.integer(row, 4)}};
    }
    std::vector<TaskQueueLease> acquired;
    for (const TaskQueueClaim& claim : claims) acquired.push_back(leases.at(claim.partition));
    return acquired;
}

Call limit_lock_wait_call(Duration at_most) {
    Call call{"limit the wait for locks",
              "SELECT pg_backend_pid(), set_config('lock_timeout', $1::text, true)"};
    const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(at_most);
    call.arguments.add(std::to_string(limit.count()));
    return call;
}

Call end_blockers_call(int pid) {
    Call call{
        "end who blocks a take-over",
        "SELECT a.pid, a.usename::text, CASE WHEN pg_has_role(current_user, a.usesysid, 'member')"
        " THEN pg_terminate_backend(a.pid) ELSE false END"
        " FROM pg_stat_activity a WHERE a.pid = ANY (pg_blocking_pids($1::int4))"};
    call.arguments.add(pid);
    return call;
}

}  // namespace server::store::postgres

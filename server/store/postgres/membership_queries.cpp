#include "server/store/postgres/membership_queries.h"

#include "server/store/postgres/sql_builder.h"

namespace server::store::postgres {

namespace {

// Rows of processes that are long gone leave with somebody's heartbeat.
constexpr std::string_view kNow =
    "WITH clock AS MATERIALIZED (SELECT floor(extract(epoch FROM clock_timestamp()) * "
    "1000000)::int8"
    " * 1000 AS now), gone AS (DELETE FROM member m USING clock c"
    " WHERE m.expires < c.now - 3600000000000 AND m.host_id <> ";
constexpr std::string_view kJoin =
    " INSERT INTO member AS m (host_id, role, address, membership_address, draining, session_start,"
    " last_heartbeat, expires) SELECT i.host_id, i.role, i.address, i.membership_address,"
    " i.draining, c.now, c.now, c.now + ";
constexpr std::string_view kRenew =
    " ON CONFLICT (host_id, role) DO UPDATE SET address = excluded.address,"
    " membership_address = excluded.membership_address, draining = excluded.draining,"
    " session_start = CASE WHEN m.expires > excluded.last_heartbeat THEN m.session_start"
    " ELSE excluded.session_start END, last_heartbeat = excluded.last_heartbeat,"
    " expires = excluded.expires RETURNING *)"
    " SELECT m.* FROM joined m, clock c WHERE m.expires > c.now"
    " UNION ALL SELECT m.* FROM member m, clock c WHERE m.expires > c.now AND m.host_id <> ";
constexpr std::string_view kOrder = " ORDER BY role, session_start, host_id";
constexpr std::string_view kListMembers =
    "SELECT m.* FROM member m"
    " WHERE m.expires > floor(extract(epoch FROM clock_timestamp()) * 1000000)::int8 * 1000"
    " ORDER BY role, session_start, host_id";

Transaction single(Call call) {
    Transaction transaction;
    transaction.push_back(std::move(call));
    return transaction;
}

}  // namespace

Transaction heartbeat_query(const std::vector<MemberRecord>& own, Duration lease) {
    if (own.empty()) return list_members_query();
    Column hosts(Column::Kind::bytes);
    Column roles(Column::Kind::int2);
    Column addresses(Column::Kind::bytes);
    Column membership_addresses(Column::Kind::bytes);
    Column draining(Column::Kind::boolean);
    for (const MemberRecord& record : own) {
        hosts.add(pack_id(record.host_id));
        roles.add(static_cast<std::int64_t>(record.role));
        addresses.add(record.address);
        membership_addresses.add(record.membership_address);
        draining.add(std::int64_t{record.draining ? 1 : 0});
    }
    const std::string host_id = pack_id(own.front().host_id);
    SqlBuilder sql;
    sql.add(kNow).add_argument(host_id, "bytea").add("), joined AS (").add(kJoin);
    sql.add_argument(std::int64_t{lease.count()}, "int8").add(" FROM unnest(").add(hosts).add(", ");
    sql.add(roles).add(", ").add(addresses).add(", ").add(membership_addresses).add(", ");
    sql.add(draining).add(") AS i (host_id, role, address, membership_address, draining), clock c");
    sql.add(kRenew).add_argument(host_id, "bytea").add(kOrder);
    return single(Call{"heartbeat", sql.take_text(), sql.take_arguments()});
}

Transaction list_members_query() { return single(Call{"list members", std::string(kListMembers)}); }

Result<std::vector<MemberRecord>> members_read(const std::vector<Rows>& rows) {
    std::vector<MemberRecord> members;
    const Rows& table = rows[0];
    for (int row = 0; row < table.count(); ++row) {
        MemberRecord member;
        member.host_id = unpack_id(table.view(row, 0));
        member.role = static_cast<Role>(table.integer(row, 1));
        member.address = table.bytes(row, 2);
        member.membership_address = table.bytes(row, 3);
        member.draining = table.boolean(row, 4);
        member.session_start = table.time(row, 5);
        member.last_heartbeat = table.time(row, 6);
        member.expires = table.time(row, 7);
        members.push_back(std::move(member));
    }
    return members;
}

Transaction leave_query(const std::string& host_id) {
    Call call{"leave", "DELETE FROM member WHERE host_id = $1::bytea"};
    call.arguments.add(pack_id(host_id));
    return single(std::move(call));
}

// The rows of one process share the time of its heartbeat, so each decides for itself, also when
// a heartbeat is under way.
Transaction expire_query(const MemberRecord& seen) {
    Call call{"expire member",
              "DELETE FROM member WHERE host_id = $1::bytea AND last_heartbeat <= $2::int8"};
    call.arguments.add(pack_id(seen.host_id)).add(seen.last_heartbeat);
    return single(std::move(call));
}

Result<bool> expired(const std::vector<Rows>& rows) { return rows[0].affected() > 0; }

}  // namespace server::store::postgres

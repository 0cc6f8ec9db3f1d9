#include "server/store/postgres/cluster_queries.h"

#include "server/store/conflicts.h"

namespace server::store::postgres {

namespace {

// What is in the way, if anything: by name first.
constexpr std::string_view kCreateNamespace =
    "WITH taken AS MATERIALIZED (SELECT 1 AS reason FROM namespace WHERE name = $2::bytea"
    " UNION ALL SELECT 2 FROM namespace WHERE namespace_id = $1::bytea),"
    " made AS (INSERT INTO namespace (namespace_id, name, version, details)"
    " SELECT $1::bytea, $2::bytea, 1, $3::bytea WHERE NOT EXISTS (SELECT FROM taken)"
    " ON CONFLICT DO NOTHING RETURNING 0 AS reason)"
    " SELECT coalesce((SELECT min(reason) FROM taken), (SELECT reason FROM made), 1)";
constexpr std::string_view kUpdateNamespace =
    "WITH stored AS MATERIALIZED (SELECT version FROM namespace WHERE namespace_id = $1::bytea"
    " FOR NO KEY UPDATE),"
    " taken AS MATERIALIZED (SELECT 1 FROM namespace WHERE name = $2::bytea"
    " AND namespace_id <> $1::bytea),"
    " changed AS (UPDATE namespace n SET name = $2::bytea, version = n.version + 1,"
    " details = $4::bytea FROM stored s WHERE n.namespace_id = $1::bytea"
    " AND s.version = $3::int8 AND NOT EXISTS (SELECT FROM taken) RETURNING 1)"
    " SELECT (SELECT version FROM stored), EXISTS (SELECT FROM taken),"
    " EXISTS (SELECT FROM changed)";
constexpr std::string_view kNamespaceByName =
    "SELECT namespace_id, name, version, details FROM namespace WHERE name = $1::bytea";
constexpr std::string_view kNamespaceById =
    "SELECT namespace_id, name, version, details FROM namespace WHERE namespace_id = $1::bytea";
constexpr std::string_view kListNamespaces =
    "SELECT namespace_id, name, version, details FROM namespace WHERE name > $1::bytea"
    " ORDER BY name LIMIT $2::int4";
constexpr std::string_view kEstablish =
    "INSERT INTO cluster_metadata (only_row, cluster_id, cluster_name, history_shard_count,"
    " internal_secret) VALUES (1, $1::bytea, $2::bytea, $3::int4, $4::bytea)"
    " ON CONFLICT DO NOTHING";
constexpr std::string_view kReadIdentity =
    "SELECT cluster_id, cluster_name, history_shard_count, internal_secret FROM cluster_metadata";

Transaction transaction_of(Call call) {
    Transaction transaction;
    transaction.push_back(std::move(call));
    return transaction;
}

}  // namespace

Transaction create_namespace_query(const NamespaceRecord& record) {
    Call call{"create namespace", std::string(kCreateNamespace)};
    call.arguments.add(pack_id(record.id)).add(record.name).add(record.details);
    return transaction_of(std::move(call));
}

Result<bool> namespace_created(const NamespaceRecord& record, const std::vector<Rows>& rows) {
    const std::int64_t reason = rows[0].integer(0, 0);
    if (reason == 0) return true;
    return reason == 1 ? namespace_name_taken(record) : namespace_id_taken(record);
}

Transaction update_namespace_query(const NamespaceRecord& record) {
    Call call{"update namespace", std::string(kUpdateNamespace)};
    call.arguments.add(pack_id(record.id)).add(record.name).add(record.version).add(record.details);
    return transaction_of(std::move(call));
}

Result<bool> namespace_updated(const NamespaceRecord& record, const std::vector<Rows>& rows) {
    if (rows[0].boolean(0, 2)) return true;
    if (rows[0].is_null(0, 0)) return namespace_missing(record);
    const std::int64_t stored = rows[0].integer(0, 0);
    if (stored == record.version && rows[0].boolean(0, 1)) return namespace_name_taken(record);
    return namespace_version_conflict(record, stored);
}

Transaction namespace_by_name_query(const std::string& name) {
    Call call{"find namespace by name", std::string(kNamespaceByName)};
    call.arguments.add(name);
    return transaction_of(std::move(call));
}

Transaction namespace_by_id_query(const std::string& id) {
    Call call{"find namespace by id", std::string(kNamespaceById)};
    call.arguments.add(pack_id(id));
    return transaction_of(std::move(call));
}

Transaction list_namespaces_query(const std::string& after, std::int32_t count_max) {
    Call call{"list namespaces", std::string(kListNamespaces)};
    call.arguments.add(after).add(count_max);
    return transaction_of(std::move(call));
}

Result<std::vector<NamespaceRecord>> namespaces_read(const std::vector<Rows>& rows) {
    std::vector<NamespaceRecord> records;
    for (int row = 0; row < rows[0].count(); ++row) {
        records.push_back({unpack_id(rows[0].view(row, 0)), rows[0].bytes(row, 1),
                           rows[0].integer(row, 2), rows[0].bytes(row, 3)});
    }
    return records;
}

Transaction establish_query(const ClusterIdentity& identity) {
    Call establish{"establish cluster identity", std::string(kEstablish)};
    establish.arguments.add(identity.cluster_id).add(identity.cluster_name);
    establish.arguments.add(identity.history_shard_count).add(identity.internal_secret);
    Transaction transaction = transaction_of(std::move(establish));
    transaction.push_back(Call{"read cluster identity", std::string(kReadIdentity)});
    return transaction;
}

Result<ClusterIdentity> identity_read(const std::vector<Rows>& rows) {
    const Rows& row = rows.back();
    return ClusterIdentity{row.bytes(0, 0), row.bytes(0, 1),
                           static_cast<std::int32_t>(row.integer(0, 2)), row.bytes(0, 3)};
}

}  // namespace server::store::postgres

#include "server/store/sqlite/cluster_sql.h"

#include "server/store/conflicts.h"

namespace server::store::sqlite {

namespace {

constexpr Sql kFindByName{"find namespace by name",
                          "SELECT namespace_id, name, version, details FROM namespace"
                          " WHERE name = ?1"};
constexpr Sql kFindById{"find namespace by id",
                        "SELECT namespace_id, name, version, details FROM namespace"
                        " WHERE namespace_id = ?1"};
constexpr Sql kListNamespaces{"list namespaces",
                              "SELECT namespace_id, name, version, details FROM namespace"
                              " WHERE name > ?1 ORDER BY name LIMIT ?2"};
constexpr Sql kInsertNamespace{"insert namespace",
                               "INSERT INTO namespace (namespace_id, name, version, details)"
                               " VALUES (?1, ?2, 1, ?3)"};
constexpr Sql kUpdateNamespace{"update namespace",
                               "UPDATE namespace SET name = ?2, version = ?3, details = ?4"
                               " WHERE namespace_id = ?1"};
constexpr Sql kInsertIdentity{"insert cluster identity",
                              "INSERT INTO cluster_metadata (only_row, cluster_id, cluster_name,"
                              " history_shard_count) VALUES (1, ?1, ?2, ?3)"
                              " ON CONFLICT DO NOTHING"};
constexpr Sql kReadIdentity{"read cluster identity",
                            "SELECT cluster_id, cluster_name, history_shard_count"
                            " FROM cluster_metadata"};

NamespaceRecord record_of(const Cursor& row) {
    return {row.id(0), row.bytes(1), row.integer(2), row.bytes(3)};
}

Result<std::optional<NamespaceRecord>> first_record(Cursor rows) {
    std::optional<NamespaceRecord> found;
    if (rows.next()) found = record_of(rows);
    TRY(rows.status());
    return found;
}

// Whether the name belongs to another namespace.
Result<bool> name_taken(Connection& connection, const NamespaceRecord& record) {
    TRY_ASSIGN(const auto owner, find_namespace_by_name(connection, record.name));
    return owner.has_value() && owner->id != record.id;
}

}  // namespace

Status create_namespace(Batch& batch, const NamespaceRecord& record,
                        std::optional<Status>& answer) {
    Connection& connection = batch.connection();
    TRY_ASSIGN(const auto by_name, find_namespace_by_name(connection, record.name));
    if (by_name) {
        answer = namespace_name_taken(record);
        return ok_status();
    }
    TRY_ASSIGN(const auto by_id, find_namespace_by_id(connection, record.id));
    if (by_id) {
        answer = namespace_id_taken(record);
        return ok_status();
    }
    answer = ok_status();
    return connection.run(kInsertNamespace, PackedId(record.id), record.name, Blob{record.details});
}

Status update_namespace(Batch& batch, const NamespaceRecord& record,
                        std::optional<Status>& answer) {
    Connection& connection = batch.connection();
    TRY_ASSIGN(const auto stored, find_namespace_by_id(connection, record.id));
    TRY_ASSIGN(const bool taken, name_taken(connection, record));
    answer = ok_status();
    if (!stored) {
        answer = namespace_missing(record);
    } else if (stored->version != record.version) {
        answer = namespace_version_conflict(record, stored->version);
    } else if (taken) {
        answer = namespace_name_taken(record);
    }
    if (!answer->ok()) return ok_status();
    return connection.run(kUpdateNamespace, PackedId(record.id), record.name, record.version + 1,
                          Blob{record.details});
}

Status establish_identity(Batch& batch, const ClusterIdentity& identity,
                          std::optional<Result<ClusterIdentity>>& answer) {
    Connection& connection = batch.connection();
    TRY(connection.run(kInsertIdentity, identity.cluster_id, identity.cluster_name,
                       identity.history_shard_count));
    Cursor row = connection.query(kReadIdentity);
    row.next();
    TRY(row.status());
    answer = ClusterIdentity{row.bytes(0), row.bytes(1), static_cast<std::int32_t>(row.integer(2))};
    return ok_status();
}

Result<std::optional<NamespaceRecord>> find_namespace_by_name(Connection& connection,
                                                              const std::string& name) {
    return first_record(connection.query(kFindByName, name));
}

Result<std::optional<NamespaceRecord>> find_namespace_by_id(Connection& connection,
                                                            const std::string& id) {
    return first_record(connection.query(kFindById, PackedId(id)));
}

Result<std::vector<NamespaceRecord>> list_namespaces(Connection& connection,
                                                     const std::string& after,
                                                     std::int32_t count_max) {
    std::vector<NamespaceRecord> records;
    Cursor rows = connection.query(kListNamespaces, after, count_max);
    while (rows.next()) records.push_back(record_of(rows));
    TRY(rows.status());
    return records;
}

}  // namespace server::store::sqlite

#include "server/store/sqlite/schema.h"

#include "server/store/schema_files.h"

namespace server::store::sqlite {

namespace {

constexpr Sql kReadIdentity{"read identity",
                            "SELECT (SELECT application_id FROM pragma_application_id),"
                            " (SELECT user_version FROM pragma_user_version),"
                            " (SELECT count(*) FROM sqlite_schema)"};

struct Identity {
    std::int64_t application_id = 0;
    std::int64_t schema_version = 0;
    std::int64_t objects = 0;  // tables and indexes

    bool is_new() const { return application_id == 0 && schema_version == 0 && objects == 0; }
};

Result<Identity> read_identity(Connection& connection) {
    Cursor row = connection.query(kReadIdentity);
    if (!row.next()) return row.status();
    return Identity{row.integer(0), row.integer(1), row.integer(2)};
}

std::string script_of_version(std::int64_t version) {
    const std::string folder = "sqlite/v" + std::to_string(version) + "/";
    std::string script;
    for (const SchemaFile& file : schema_files()) {
        if (file.path.starts_with(folder)) script.append(file.text).append("\n");
    }
    ASSERT(!script.empty(), folder);
    return script;
}

}  // namespace

Status check_identity(Connection& connection) {
    TRY_ASSIGN(const Identity identity, read_identity(connection));
    if (identity.is_new()) return ok_status();
    if (identity.application_id != kApplicationId) {
        return failed_precondition("database file " + connection.file() +
                                   " was made by another program: choose another file");
    }
    if (identity.schema_version > kSchemaVersion) {
        return failed_precondition(
            "database file " + connection.file() + " has schema version " +
            std::to_string(identity.schema_version) + ", this program knows version " +
            std::to_string(kSchemaVersion) + " and older: start a newer release of the server");
    }
    return ok_status();
}

Status migrate(Connection& connection) {
    TRY_ASSIGN(const Identity identity, read_identity(connection));
    if (identity.schema_version == kSchemaVersion) return ok_status();
    std::string script = "BEGIN IMMEDIATE;";
    for (std::int64_t version = identity.schema_version + 1; version <= kSchemaVersion; ++version) {
        script += script_of_version(version);
    }
    script += "PRAGMA application_id = " + std::to_string(kApplicationId) + ";";
    script += "PRAGMA user_version = " + std::to_string(kSchemaVersion) + ";COMMIT;";
    const Status status = connection.run_script(script, "create the tables");
    if (!status.ok() && connection.in_transaction()) {
        static_cast<void>(connection.run_script("ROLLBACK", "undo the tables"));
    }
    return status;
}

}  // namespace server::store::sqlite

#include "server/store/sqlite/schema.h"

#include <filesystem>

#include "server/store/schema/migrate.h"
#include "server/store/schema/readiness.h"
#include "server/store/schema_files.h"

namespace server::store::sqlite {

namespace {

using schema::embedded;
using schema::StoredVersion;
using schema::StoredVersions;
using schema::Version;

constexpr std::string_view kStore = "sqlite/v3";
constexpr Version kFirstRelease{{1, 0, 0}};  // what a file of user version 1 has

constexpr Sql kReadIdentity{"read identity",
                            "SELECT (SELECT application_id FROM pragma_application_id),"
                            " (SELECT user_version FROM pragma_user_version),"
                            " (SELECT count(*) FROM sqlite_schema)"};
constexpr Sql kReadVersions{"read versions",
                            "SELECT schema_name, curr_version, min_compatible_version"
                            " FROM schema_version WHERE version_partition = 0"};
constexpr Sql kWriteVersion{
    "write version",
    "INSERT INTO schema_version (version_partition, schema_name, db_name, creation_time,"
    " curr_version, min_compatible_version)"
    " VALUES (0, ?, ?, strftime('%Y-%m-%d %H:%M:%f', 'now'), ?, ?)"
    " ON CONFLICT DO UPDATE SET creation_time = excluded.creation_time,"
    " curr_version = excluded.curr_version,"
    " min_compatible_version = excluded.min_compatible_version"};
constexpr Sql kWriteHistory{
    "write update history",
    "INSERT INTO schema_update_history (version_partition, year, month, update_time, schema_name,"
    " description, manifest_md5, new_version, old_version)"
    " VALUES (0, CAST(strftime('%Y', 'now') AS INTEGER), CAST(strftime('%m', 'now') AS INTEGER),"
    " strftime('%Y-%m-%d %H:%M:%f', 'now'), ?, ?, ?, ?, ?)"};
constexpr Sql kReadTables{"read tables",
                          "SELECT name FROM sqlite_schema"
                          " WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"};

struct Identity {
    std::int64_t application_id = 0;
    std::int64_t file_version = 0;
    std::int64_t objects = 0;  // tables and indexes

    bool is_new() const { return application_id == 0 && file_version == 0 && objects == 0; }
};

Result<Identity> read_identity(Connection& connection) {
    Cursor row = connection.query(kReadIdentity);
    if (!row.next()) return row.status();
    return Identity{row.integer(0), row.integer(1), row.integer(2)};
}

Status refuse_newer(const Connection& connection, const std::string& what) {
    return failed_precondition("database file " + connection.file() + ": " + what +
                               ": start a newer release of the server");
}

Status check_versions(Connection& connection) {
    TRY_ASSIGN(const auto stored, FileSchema(connection).read());
    for (const std::string_view name : {schema::kTemporal, schema::kVisibility}) {
        const schema::Schema& needed = embedded(kStore, name);
        if (readiness_of(stored, needed) != schema::Readiness::newer) continue;
        return refuse_newer(connection, describe(stored, needed));
    }
    return ok_status();
}

}  // namespace

Status check_file_id(Connection& connection) {
    TRY_ASSIGN(const Identity identity, read_identity(connection));
    if (identity.is_new()) return ok_status();
    if (identity.application_id != kApplicationId) {
        return failed_precondition("database file " + connection.file() +
                                   " was made by another program: choose another file");
    }
    if (identity.file_version > kFileVersion) {
        return refuse_newer(
            connection, "it has user version " + std::to_string(identity.file_version) +
                            ", this release knows " + std::to_string(kFileVersion) + " and older");
    }
    return ok_status();
}

Status check_identity(Connection& connection) {
    TRY(check_file_id(connection));
    return check_versions(connection);
}

Status migrate(Connection& connection) {
    TRY_ASSIGN(const Identity identity, read_identity(connection));
    FileSchema file(connection);
    const auto silent = [](const std::string&) {};
    if (identity.file_version < kFileVersion) {
        TRY(schema::set_up(file, {.version = Version{}, .scripts = {}}, silent));
    }
    for (const std::string_view name : {schema::kTemporal, schema::kVisibility}) {
        TRY(schema::update(file, embedded(kStore, name), std::nullopt, silent));
    }
    return ok_status();
}

Result<std::optional<StoredVersions>> FileSchema::read() {
    TRY_ASSIGN(const Identity identity, read_identity(connection_));
    if (identity.file_version == 1) {
        const StoredVersion first{kFirstRelease, kFirstRelease};
        return std::optional(StoredVersions{{std::string(schema::kTemporal), first},
                                            {std::string(schema::kVisibility), first}});
    }
    if (identity.file_version == 0) return std::optional<StoredVersions>();
    StoredVersions stored;
    Cursor rows = connection_.query(kReadVersions);
    while (rows.next()) {
        TRY_ASSIGN(const Version current, schema::parse_version(rows.view(1)));
        TRY_ASSIGN(const Version min_compatible, schema::parse_version(rows.view(2)));
        stored.emplace(rows.bytes(0), StoredVersion{current, min_compatible});
    }
    TRY(rows.status());
    return std::optional(std::move(stored));
}

Status FileSchema::begin() { return connection_.run_script("BEGIN IMMEDIATE", "begin"); }

Status FileSchema::run(const schema::Script& script) {
    TRY(connection_.run_script(script.text, script.name));
    if (connection_.in_transaction()) return ok_status();
    return failed_precondition(script.name + " ends the transaction: a script must not");
}

Status FileSchema::create_version_tables() {
    TRY_ASSIGN(const Identity identity, read_identity(connection_));
    std::string script(schema_file("sqlite/v3/version_tables.sql"));
    script += "PRAGMA application_id = " + std::to_string(kApplicationId) + ";";
    script += "PRAGMA user_version = " + std::to_string(kFileVersion) + ";";
    TRY(connection_.run_script(script, "create the tables of versions"));
    if (identity.file_version != 1) return ok_status();
    for (const std::string_view name : {schema::kTemporal, schema::kVisibility}) {
        TRY(record({.schema_name = std::string(name),
                    .now = {kFirstRelease, kFirstRelease},
                    .before = {},
                    .description = "a file of the first release",
                    .manifest_md5 = {}}));
    }
    return ok_status();
}

Status FileSchema::drop_tables() {
    std::string script;
    {
        Cursor rows = connection_.query(kReadTables);
        while (rows.next()) script += "DROP TABLE \"" + rows.bytes(0) + "\";";
        TRY(rows.status());
    }
    return connection_.run_script(script, "drop the tables");
}

Status FileSchema::record(const schema::Recorded& step) {
    const std::string name = std::filesystem::path(connection_.file()).filename().string();
    const std::string current = to_string(step.now.current);
    TRY(connection_.run(kWriteVersion, step.schema_name, name, current,
                        to_string(step.now.min_compatible)));
    return connection_.run(kWriteHistory, step.schema_name, step.description, step.manifest_md5,
                           current, to_string(step.before));
}

Status FileSchema::commit() { return connection_.run_script("COMMIT", "commit"); }

void FileSchema::roll_back() {
    if (!connection_.in_transaction()) return;
    // What was not committed goes with the connection at the latest.
    static_cast<void>(connection_.run_script("ROLLBACK", "undo the changes"));
}

}  // namespace server::store::sqlite

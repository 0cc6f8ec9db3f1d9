#include "server/store/postgres/server_schema.h"

#include "server/base/mutant.h"
#include "server/store/postgres/statement_failure.h"
#include "server/store/schema_files.h"

namespace server::store::postgres {

namespace {

// "TemplSch", of this database alone.
constexpr std::string_view kLockKey = "6081387201454891880";

// Committed versions must be seen after the lock was waited for, whatever the user's defaults are.
constexpr std::string_view kBegin =
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
    "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;"
    "SET LOCAL idle_in_transaction_session_timeout = 0";
// A statement that waits for a table holds up everybody behind it.
constexpr std::string_view kLockTimeout = "SET LOCAL lock_timeout = '30s'";

constexpr std::string_view kTables =
    "SELECT to_regclass('schema_version') IS NOT NULL, EXISTS (SELECT FROM pg_attribute"
    " WHERE attrelid = to_regclass('schema_version') AND attname = 'schema_name')";
constexpr std::string_view kVersions =
    "SELECT schema_name, curr_version, min_compatible_version FROM schema_version"
    " WHERE version_partition = 0";
constexpr std::string_view kRecordVersion =
    "INSERT INTO schema_version (version_partition, schema_name, db_name, creation_time,"
    " curr_version, min_compatible_version)"
    " VALUES (0, $1, current_database(), now() AT TIME ZONE 'UTC', $2, $3)"
    " ON CONFLICT (version_partition, schema_name) DO UPDATE SET"
    " creation_time = excluded.creation_time, curr_version = excluded.curr_version,"
    " min_compatible_version = excluded.min_compatible_version";
constexpr std::string_view kRecordHistory =
    "INSERT INTO schema_update_history (version_partition, year, month, update_time, schema_name,"
    " description, manifest_md5, new_version, old_version)"
    " SELECT 0, extract(year FROM t)::int4, extract(month FROM t)::int4, t, $1, $2, $3, $4, $5"
    " FROM (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS t) AS now";

// Empty when the user owns the tables, or there are none.
constexpr std::string_view kOtherOwner =
    "SELECT format('SET LOCAL ROLE %I', owner.rolname) FROM pg_class AS c"
    " JOIN pg_roles AS owner ON owner.oid = c.relowner"
    " WHERE c.oid = to_regclass('schema_version') AND owner.rolname <> current_user"
    " AND pg_has_role(current_user, c.relowner, 'MEMBER')";
// $1: the role that is to own everything, if this user may give it and it may have it.
constexpr std::string_view kRole =
    " FROM pg_roles AS role WHERE role.rolname = $1 AND role.rolname <> current_user"
    " AND pg_has_role(current_user, role.oid, 'MEMBER')"
    " AND has_schema_privilege(role.oid, current_schema(), 'CREATE')";
// What this user has made until now.
constexpr std::string_view kGiveAway =
    "SELECT format('ALTER %s OWNER TO %I', made.name, $1::text) FROM ("
    "SELECT format('TABLE %I.%I', n.nspname, c.relname), c.relowner, n.nspname FROM pg_class AS c"
    " JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
    " UNION ALL SELECT 'ROUTINE ' || p.oid::regprocedure, p.proowner, n.nspname FROM pg_proc AS p"
    " JOIN pg_namespace AS n ON n.oid = p.pronamespace) AS made (name, owner, schema)"
    " WHERE made.schema = current_schema() AND made.owner = (SELECT oid FROM pg_roles"
    " WHERE rolname = current_user)"
    " AND EXISTS (SELECT";
constexpr std::string_view kOwnTables =
    " FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema()"
    " AND pg_has_role(current_user, c.relowner, 'USAGE') ORDER BY c.relname";
constexpr std::string_view kPublicMayConnect =
    "SELECT has_database_privilege('public', current_database(), 'CONNECT')";

}  // namespace

std::string ServerSchema::place() const { return place_of_database(connection_->database()); }

Result<std::optional<schema::StoredVersions>> ServerSchema::read() {
    TRY_ASSIGN(const TextRows tables, connection_->query("look for tables", std::string(kTables)));
    if (tables[0][0] != "t") return std::optional<schema::StoredVersions>();
    if (tables[0][1] != "t") {
        return failed_precondition(place() +
                                   " has the tables of another Temporal server: use another "
                                   "database; the data cannot be taken over");
    }
    TRY_ASSIGN(const TextRows rows, connection_->query("read versions", std::string(kVersions)));
    schema::StoredVersions stored;
    for (const auto& row : rows) {
        TRY_ASSIGN(const schema::Version current, schema::parse_version(row[1]));
        TRY_ASSIGN(const schema::Version min_compatible, schema::parse_version(row[2]));
        stored.emplace(row[0], schema::StoredVersion{current, min_compatible});
    }
    return std::optional(std::move(stored));
}

Status ServerSchema::begin() {
    TRY(connection_->run("begin", std::string(kBegin)));
    Status status = lock();
    if (status.ok()) status = become_owner();
    if (!status.ok()) roll_back();
    return status;
}

Status ServerSchema::lock() {
    if (mutant("no_migration_lock")) return ok_status();
    const std::string key(kLockKey);
    TRY_ASSIGN(const TextRows free,
               connection_->query("lock", "SELECT pg_try_advisory_xact_lock(" + key + ")"));
    if (free[0][0] != "t") {
        waiting_(place() + ": waiting for another program that changes the schema");
        TRY(connection_->query("lock", "SELECT pg_advisory_xact_lock(" + key + ")").status());
    }
    return connection_->run("limit waits", std::string(kLockTimeout));
}

Status ServerSchema::become_owner() {
    const bool shared = !rights_.owner.empty();
    if (shared) {
        TRY(run_made("give the tables to their role",
                     std::string(kGiveAway) + std::string(kRole) + ")", {rights_.owner}));
    }
    TRY(run_made("act as the owner", std::string(kOtherOwner)));
    TRY_ASSIGN(const TextRows tables, connection_->query("look for tables", std::string(kTables)));
    if (!shared || tables[0][0] == "t") return ok_status();
    return run_made("act as the role",
                    "SELECT format('SET LOCAL ROLE %I', role.rolname)" + std::string(kRole),
                    {rights_.owner});
}

Status ServerSchema::run_made(const std::string& what, const std::string& query,
                              const std::vector<std::string>& values) {
    TRY_ASSIGN(const TextRows statements, connection_->query(what, query, values));
    for (const auto& row : statements) TRY(connection_->run(what, row[0]));
    return ok_status();
}

Status ServerSchema::run(const schema::Script& script) {
    TRY(connection_->run(script.name, script.text));
    if (connection_->in_transaction()) return ok_status();
    return failed_precondition(place() + ": " + script.name +
                               " ends the transaction: a script must not");
}

Status ServerSchema::create_version_tables() {
    // A statement that finds its table complains without need.
    TRY_ASSIGN(const TextRows tables, connection_->query("look for tables", std::string(kTables)));
    if (tables[0][0] == "t") return ok_status();
    return connection_->run("version_tables.sql",
                            std::string(schema_file("postgresql/v12/version_tables.sql")));
}

Status ServerSchema::drop_tables() {
    return run_made("drop the tables",
                    "SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE',"
                    " n.nspname, c.relname)" +
                        std::string(kOwnTables));
}

Status ServerSchema::record(const schema::Recorded& step) {
    const std::string current = to_string(step.now.current);
    TRY(connection_
            ->query("record the version", std::string(kRecordVersion),
                    {step.schema_name, current, to_string(step.now.min_compatible)})
            .status());
    return connection_
        ->query("record the update", std::string(kRecordHistory),
                {step.schema_name, step.description, step.manifest_md5, current,
                 to_string(step.before)})
        .status();
}

Status ServerSchema::grant() {
    std::vector<std::string> roles;
    for (const std::string& role : rights_.grant_to) {
        roles.push_back(role == "PUBLIC" ? role : connection_->quoted(role));
    }
    if (roles.empty()) {
        TRY_ASSIGN(const TextRows open,
                   connection_->query("see who may connect", std::string(kPublicMayConnect)));
        if (open[0][0] != "t") roles.emplace_back("PUBLIC");
    }
    for (const std::string& role : roles) {
        TRY(run_made("grant",
                     "SELECT format('GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE %I.%I"
                     " TO %s', n.nspname, c.relname, $1::text)" +
                         std::string(kOwnTables),
                     {role}));
    }
    return ok_status();
}

Status ServerSchema::commit() {
    Status status = grant();
    if (status.ok()) status = connection_->run("commit", "COMMIT");
    if (!status.ok()) roll_back();
    return status;
}

void ServerSchema::roll_back() {
    // What was not committed ends with the connection at the latest.
    static_cast<void>(connection_->run("undo the changes", "ROLLBACK"));
}

}  // namespace server::store::postgres

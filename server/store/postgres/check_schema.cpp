#include "server/store/postgres/check_schema.h"

#include "server/store/postgres/server_schema.h"
#include "server/store/postgres/statement_failure.h"

namespace server::store::postgres {

namespace {

// "temporal-sql-tool --plugin postgres12 ... ", as it reaches this database; the password is the
// reader's to add.
std::string tool_for(const Database& database) {
    std::string command = "temporal-sql-tool --plugin postgres12 --endpoint " + database.host +
                          " --port " + database.port + " --user " + database.user + " --database " +
                          database.name;
    if (database.tls.mode == TlsMode::off) return command;
    command += " --tls";
    if (database.tls.mode == TlsMode::require) command += " --tls-disable-host-verification";
    const auto add = [&command](const std::string& flag, const std::string& value) {
        if (!value.empty()) command.append(" --").append(flag).append(" ").append(value);
    };
    add("tls-ca-file", database.tls.ca_file);
    add("tls-cert-file", database.tls.cert_file);
    add("tls-key-file", database.tls.key_file);
    add("tls-server-name", database.tls.server_name);
    return command;
}

}  // namespace

Status judge_schema(const Database& database, const std::optional<schema::StoredVersions>& stored,
                    const schema::Schema& needed) {
    const schema::Readiness readiness = readiness_of(stored, needed);
    if (readiness == schema::Readiness::ready) return ok_status();
    std::string message = place_of_database(database) + ": " + describe(stored, needed);
    if (readiness == schema::Readiness::newer) {
        return failed_precondition(message + ": start a newer release of the server");
    }
    const std::string tool = tool_for(database);
    const std::string update =
        tool + " update-schema --schema-name " + std::string(kSchemaStore) + "/" + needed.name;
    message += ": run \"";
    if (!stored) message += tool + " setup-schema --version 0.0\" and \"";
    return failed_precondition(message + update + "\"");
}

Status check_schema(const Surroundings& surroundings, std::span<const std::string_view> names,
                    TimePoint deadline) {
    TRY_ASSIGN(auto connection, BlockingConnection::open(surroundings, deadline));
    ServerSchema database(std::move(connection), {}, [](const std::string&) {});
    TRY_ASSIGN(const auto stored, database.read());
    for (const std::string_view name : names) {
        TRY(judge_schema(surroundings.database, stored, schema::embedded(kSchemaStore, name)));
    }
    return ok_status();
}

}  // namespace server::store::postgres

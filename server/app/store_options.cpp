#include "server/app/store_options.h"

#include "server/store/postgres/address.h"
#include "server/store/postgres/postgres_store.h"

namespace server::app {

namespace {

namespace postgres = store::postgres;
namespace sqlite = store::sqlite;

std::string key_of(const std::string& datastore, const std::string& key) {
    return "persistence.datastores." + datastore + ".sql." + key;
}

// connectAttributes holds pragmas and a few words of the driver.
Result<sqlite::Options> sqlite_options(const std::string& datastore, const config::Sql& sql) {
    sqlite::Options options;
    bool in_memory = false;
    for (const auto& [name, value] : sql.connect_attributes) {
        if (name == "mode") {
            in_memory = value == "memory";
        } else if (name != "cache" && name != "setup") {
            options.pragmas.push_back({name, value});
        }
    }
    if (in_memory) return options;
    if (sql.database_name.empty()) {
        return invalid_argument(key_of(datastore, "databaseName") +
                                ": a sqlite datastore needs the path of its file, or "
                                "connectAttributes with mode: memory");
    }
    options.path = sql.database_name;
    return options;
}

Status read_address(const config::Sql& sql, postgres::Database& database) {
    database.address_file = sql.connect_address_file;
    const Result<postgres::Address> address =
        sql.connect_address_file.empty()
            ? postgres::parse_address(key_of(database.datastore, "connectAddr"),
                                      sql.connect_address)
            : postgres::address_of(database);
    TRY(address.status());
    database.host = address->host;
    database.port = address->port;
    return ok_status();
}

// A program and its arguments as a line for the shell that runs it.
std::string command_line(const std::vector<std::string>& words) {
    std::string line;
    for (const std::string& word : words) {
        line += line.empty() ? "'" : " '";
        for (const char character : word) {
            line += character == '\'' ? std::string("'\\''") : std::string(1, character);
        }
        line += "'";
    }
    return line;
}

Status read_tls(const std::string& datastore, const config::StoreTls& tls, postgres::Tls& options) {
    if (!tls.enabled) return ok_status();
    const bool has_data = !tls.ca_data.empty() || !tls.cert_data.empty() || !tls.key_data.empty();
    if (has_data) {
        return failed_precondition(key_of(datastore, "tls") +
                                   ": caData, certData and keyData are not built; write them to "
                                   "files and set caFile, certFile and keyFile");
    }
    options.mode =
        tls.enable_host_verification ? postgres::TlsMode::verify_full : postgres::TlsMode::require;
    options.ca_file = tls.ca_file;
    options.cert_file = tls.cert_file;
    options.key_file = tls.key_file;
    options.server_name = tls.server_name;
    return ok_status();
}

Result<postgres::PreparedStatements> read_prepared(const std::string& word) {
    if (word == "auto") return postgres::PreparedStatements::automatic;
    return word == "on" ? postgres::PreparedStatements::on : postgres::PreparedStatements::off;
}

Result<postgres::Database> postgres_database(const std::string& datastore, const config::Sql& sql) {
    postgres::Database database;
    database.datastore = datastore;
    TRY(read_address(sql, database));
    if (sql.database_name.empty()) {
        return invalid_argument(key_of(datastore, "databaseName") + " is missing");
    }
    database.name = sql.database_name;
    database.user = sql.user;
    database.password = sql.password;
    database.password_file = sql.password_file;
    database.password_command = command_line(sql.password_command);
    TRY(read_tls(datastore, sql.tls, database.tls));
    TRY_ASSIGN(database.prepared_statements, read_prepared(sql.prepared_statements));
    if (sql.connections_max > 0) {
        database.connections_max = static_cast<std::size_t>(sql.connections_max);
    }
    database.connection_lifetime_max = sql.connection_lifetime_max;
    return database;
}

bool is_same_database(const postgres::Database& left, const postgres::Database& right) {
    return left.host == right.host && left.port == right.port && left.name == right.name;
}

Result<StoreOptions> postgres_options(const config::Persistence& persistence,
                                      const config::Sql& main, const config::Sql& visibility) {
    postgres::Options options;
    TRY_ASSIGN(options.database, postgres_database(persistence.default_store, main));
    if (main.writers > 0) options.writers = static_cast<std::size_t>(main.writers);
    TRY_ASSIGN(postgres::Database records,
               postgres_database(persistence.visibility_store, visibility));
    if (!is_same_database(options.database, records)) options.visibility = std::move(records);
    return StoreOptions(std::move(options));
}

}  // namespace

Result<StoreOptions> store_options_from(const config::Persistence& persistence) {
    const auto main = persistence.datastores.find(persistence.default_store);
    ASSERT(main != persistence.datastores.end() && main->second.sql, "load() checked the stores");
    const auto visibility = persistence.datastores.find(persistence.visibility_store);
    const bool has_visibility = visibility != persistence.datastores.end();
    ASSERT(!has_visibility || visibility->second.sql, "load() has checked the stores");
    const config::Sql& main_sql = *main->second.sql;
    const config::Sql& visibility_sql = has_visibility ? *visibility->second.sql : main_sql;
    if (main_sql.is_postgres() != visibility_sql.is_postgres()) {
        return failed_precondition("persistence: " + persistence.default_store + " is " +
                                   main_sql.plugin_name + " and " + persistence.visibility_store +
                                   " is " + visibility_sql.plugin_name +
                                   "; use the same kind of database for both");
    }
    if (main_sql.is_postgres()) return postgres_options(persistence, main_sql, visibility_sql);
    if (main_sql.plugin_name != "sqlite") {
        return failed_precondition(key_of(persistence.default_store, "pluginName") + ": " +
                                   main_sql.plugin_name +
                                   " is not built yet; use postgres12 or sqlite");
    }
    TRY_ASSIGN(sqlite::Options options, sqlite_options(persistence.default_store, main_sql));
    return StoreOptions(std::move(options));
}

Result<std::unique_ptr<store::Store>> open_store(const StoreOptions& options, Lanes& lanes) {
    if (const auto* file = std::get_if<sqlite::Options>(&options)) return sqlite::open(*file);
    return postgres::open(std::get<postgres::Options>(options), &lanes);
}

bool is_shared(const StoreOptions& options) {
    return std::holds_alternative<postgres::Options>(options);
}

std::string to_string(const StoreOptions& options) {
    if (const auto* file = std::get_if<sqlite::Options>(&options)) {
        return file->path == ":memory:" ? "in memory, gone when the server stops"
                                        : "file " + file->path;
    }
    const postgres::Database& database = std::get<postgres::Options>(options).database;
    return "postgres at " + database.host + ":" + database.port + ", database " + database.name;
}

}  // namespace server::app

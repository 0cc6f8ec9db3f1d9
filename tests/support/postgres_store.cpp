#include "tests/support/postgres_store.h"

#include "server/store/schema_files.h"

namespace server::tests {

namespace {

constexpr std::string_view kMainFolder = "postgresql/v12/temporal/versioned/";
constexpr std::string_view kVisibilityFolder = "postgresql/v12/visibility/versioned/";

bool wanted(std::string_view path, Tables tables) {
    if (!path.ends_with(".sql")) return false;
    const bool main = path.starts_with(kMainFolder);
    const bool visibility = path.starts_with(kVisibilityFolder);
    switch (tables) {
    case Tables::all: return main || visibility;
    case Tables::main: return main;
    case Tables::visibility: return visibility;
    }
    return false;
}

}  // namespace

std::string make_store_database(PostgresServer& server, const std::string& prefix, Tables tables) {
    const std::string database = server.make_database(prefix);
    std::string statements = "SET ROLE temporal;";
    for (const store::SchemaFile& file : store::schema_files()) {
        if (wanted(file.path, tables)) statements += std::string(file.text);
    }
    static_cast<void>(server.run(database, statements));
    return database;
}

void empty_tables(PostgresServer& server, const std::string& database, Tables tables) {
    std::string statements;
    if (tables != Tables::visibility) {
        for (const char* table :
             {"shard", "run", "run_item", "current_run", "history", "outbox", "task_queue",
              "backlog_task", "cluster_metadata", "namespace", "member"}) {
            statements += "DELETE FROM " + std::string(table) + ";";
        }
    }
    if (tables != Tables::main) statements += "DELETE FROM visibility;";
    static_cast<void>(server.run(database, statements));
}

store::postgres::Database database_options(const PostgresServer& server,
                                           const std::string& database) {
    store::postgres::Database options;
    options.host = server.host();
    options.port = std::to_string(server.port());
    options.name = database;
    options.user = "temporal";
    options.password = "temporal";
    return options;
}

}  // namespace server::tests

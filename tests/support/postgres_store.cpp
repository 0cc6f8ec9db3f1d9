#include "tests/support/postgres_store.h"

#include <stdexcept>

#include "server/store/postgres/check_schema.h"
#include "server/store/postgres/server_schema.h"
#include "server/store/schema/migrate.h"

namespace server::tests {

namespace {

void prepare(const store::postgres::Database& options, Tables tables) {
    const SystemClock clock;
    const store::postgres::Interrupt interrupt;
    const auto silent = [](const std::string&) {};
    auto opened = store::postgres::BlockingConnection::open({options, clock, interrupt}, kNever);
    store::postgres::ServerSchema database(std::move(opened).value(), {.grant_to = {"second"}},
                                           silent);
    Status status = store::schema::set_up(
        database, {.version = store::schema::Version{}, .scripts = {}}, silent);
    const auto add = [&](std::string_view name) {
        if (!status.ok()) return;
        const store::schema::Schema& schema =
            store::schema::embedded(store::postgres::kSchemaStore, name);
        status = store::schema::update(database, schema, std::nullopt, silent);
    };
    if (tables != Tables::visibility) add(store::schema::kTemporal);
    if (tables != Tables::main) add(store::schema::kVisibility);
    if (!status.ok()) throw std::runtime_error(status.message());
}

}  // namespace

std::string make_store_database(PostgresServer& server, const std::string& prefix, Tables tables) {
    const std::string database = server.make_database(prefix);
    prepare(database_options(server, database), tables);
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

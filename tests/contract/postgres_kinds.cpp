#include "tests/contract/postgres_kinds.h"

#include <map>
#include <optional>

#include "server/store/postgres/postgres_store.h"
#include "tests/contract/outbox_visibility.h"
#include "tests/support/postgres_store.h"

namespace server::tests {

namespace {

struct OpenKind {
    std::string database;
    std::optional<std::string> visibility_database;
    std::unique_ptr<store::Store> real;
    std::unique_ptr<store::Store> as_history_uses_it;
};

OpenKind open_kind(PostgresServer& server, const std::string& kind) {
    OpenKind opened;
    const bool two = kind == kPostgresTwoDatabases;
    opened.database = make_store_database(server, "contract", two ? Tables::main : Tables::all);
    store::postgres::Options options;
    options.database = database_options(server, opened.database);
    if (two) {
        opened.visibility_database = make_store_database(server, "visibility", Tables::visibility);
        options.visibility = database_options(server, *opened.visibility_database);
        options.visibility->datastore = "visibility";
        options.visibility_linger = Duration{};
    }
    if (kind == kPostgresBouncer) options.database.port = std::to_string(server.pgbouncer_port());
    // It made none of the objects.
    if (kind == kPostgresSecondUser) options.database.user = options.database.password = "second";
    opened.real = store::postgres::open(std::move(options)).value();
    if (two) opened.as_history_uses_it = with_outbox_visibility(*opened.real);
    return opened;
}

}  // namespace

store::Store& empty_postgres(const std::string& kind) {
    // Before the stores, so that it ends behind them.
    PostgresServer& server = PostgresServer::shared();
    static std::map<std::string, OpenKind> kinds;
    if (!kinds.contains(kind)) kinds.emplace(kind, open_kind(server, kind));
    OpenKind& opened = kinds.at(kind);
    if (opened.visibility_database) {
        empty_tables(server, opened.database, Tables::main);
        empty_tables(server, *opened.visibility_database, Tables::visibility);
    } else {
        empty_tables(server, opened.database);
    }
    return opened.as_history_uses_it ? *opened.as_history_uses_it : *opened.real;
}

}  // namespace server::tests

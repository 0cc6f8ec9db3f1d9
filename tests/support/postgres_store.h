#pragma once
// Databases with our tables in a test's PostgreSQL, and the options to open a store on them.

#include <string>

#include "server/store/postgres/options.h"
#include "tests/support/postgres_server.h"

namespace server::tests {

enum class Tables { all, main, visibility };

// A new database with the current version's tables, which belong to the user temporal.
std::string make_store_database(PostgresServer& server, const std::string& prefix = "store",
                                Tables tables = Tables::all);

// Empties every table.
void empty_tables(PostgresServer& server, const std::string& database, Tables tables = Tables::all);

store::postgres::Database database_options(const PostgresServer& server,
                                           const std::string& database);

}  // namespace server::tests

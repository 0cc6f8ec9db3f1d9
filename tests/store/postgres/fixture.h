#pragma once
// What the tests of this folder share.

#include <memory>
#include <string>

#include "server/store/postgres/connection.h"
#include "server/store/postgres/postgres_store.h"
#include "tests/support/postgres_store.h"

namespace server::tests {

// A database of its own, with the tables.
inline store::postgres::Options fresh_database(PostgresServer& server) {
    store::postgres::Options options;
    options.database = database_options(server, make_store_database(server));
    options.start_patience = Duration{};
    return options;
}

inline std::unique_ptr<store::Store> open_store(const store::postgres::Options& options) {
    return store::postgres::open(options).value();
}

}  // namespace server::tests

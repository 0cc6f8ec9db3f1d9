#pragma once
// Which store a server opens, and how the persistence section of a configuration file says it.

#include <memory>
#include <string>
#include <variant>

#include "server/config/config.h"
#include "server/runtime/lane.h"
#include "server/store/postgres/options.h"
#include "server/store/sqlite/sqlite_store.h"
#include "server/store/store.h"

namespace server::app {

using StoreOptions = std::variant<store::sqlite::Options, store::postgres::Options>;

// Both datastores as load() has checked them. InvalidArgument names the key and the fix;
// FailedPrecondition for what is not built.
Result<StoreOptions> store_options_from(const config::Persistence& persistence);

// The lanes run until the store has stopped.
Result<std::unique_ptr<store::Store>> open_store(const StoreOptions& options, Lanes& lanes);

// Whether other processes may share the database.
bool is_shared(const StoreOptions& options);
// For people: "file temporal.db", "postgres at 10.0.0.7:5432, database temporal".
std::string to_string(const StoreOptions& options);

}  // namespace server::app

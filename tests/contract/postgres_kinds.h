#pragma once
// The PostgreSQL stores of the contract. They stay open for the whole program, and each case finds
// their tables empty.

#include <string>

#include "server/store/store.h"

namespace server::tests {

inline constexpr const char* kPostgres = "postgres";
inline constexpr const char* kPostgresTwoDatabases = "postgres with its own visibility database";
inline constexpr const char* kPostgresBouncer = "postgres through pgbouncer";
// Not the one who made the tables.
inline constexpr const char* kPostgresSecondUser = "postgres second user";

store::Store& empty_postgres(const std::string& kind);

}  // namespace server::tests

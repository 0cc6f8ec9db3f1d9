#pragma once
// What a failed statement of a migration, or of temporal-sql-tool, means for the person who ran it.
// Pure.

#include <cstddef>
#include <string>

#include "server/base/status.h"
#include "server/store/postgres/options.h"

namespace server::store::postgres {

struct StatementFailure {
    std::string sqlstate;  // empty where the connection broke
    std::string message;
    std::string detail;
    std::size_t position = 0;  // in the script, in characters from 1; 0: unknown
};

// "PostgreSQL at 127.0.0.1:5432, database temporal"
std::string place_of_database(const Database& database);

// The cause and the fix. `what` is the script or the statement: "v1.0/runs.sql". Unavailable where
// the same may succeed later, else FailedPrecondition.
Status explain_failure(const Database& database, const std::string& what, const std::string& script,
                       const StatementFailure& failure);

}  // namespace server::store::postgres

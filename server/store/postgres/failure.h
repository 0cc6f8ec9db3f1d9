#pragma once
// What PostgreSQL says when something fails, and what it means for a caller.

#include <string>
#include <string_view>

#include "server/base/status.h"
#include "server/store/postgres/options.h"

namespace server::store::postgres {

// Why a transaction did not commit, or may not have.
enum class Fault {
    not_sent,   // the connection was gone before all of it was on its way: nothing is written
    lost,       // the connection broke, or no answer came in time: nobody can tell
    passing,    // serialization, deadlock, a lock that was not free in time: nothing is written,
                // again
    forgotten,  // the prepared statement is gone (a pooler, a changed table): nothing is written,
                // again
    lock_wait,  // lock_timeout
    member,     // a value or a key of the statement: nothing is written
    database,   // disk full, read-only, a missing table or right …: nothing is written
};

struct Failure {
    Fault fault = Fault::lost;
    std::string sqlstate;  // empty where the connection itself failed
    std::string message;   // with the name of the statement
};

Fault fault_of(std::string_view sqlstate);

// Unavailable with the cause; for faults that a caller of a port cannot do anything about.
Status status_of(const Failure& failure);

// Whether trying again later may help, with nothing changed by hand.
struct ConnectFailure {
    Status status;  // Unavailable where it heals, FailedPrecondition where it does not
    bool heals = true;
};

// Explains a refused connection: the cause, the configuration key, the fix. `text` is libpq's,
// with the SQLSTATE in it where the server has spoken.
ConnectFailure explain_connect_failure(const Database& database, std::string_view text);

// "persistence.datastores.default.sql.<key>", or the flag that says the same, "--user"; empty where
// there is none.
std::string key_of(const Database& database, std::string_view key);

}  // namespace server::store::postgres

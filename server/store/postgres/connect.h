#pragma once
// The way to an open socket: libpq's parameters, the password's source, and a connect that a
// deadline or a stopping store ends.

#include <libpq-fe.h>

#include <string>
#include <utility>
#include <vector>

#include "server/runtime/clock.h"
#include "server/store/postgres/connection.h"

namespace server::store::postgres {

using Parameters = std::vector<std::pair<std::string, std::string>>;

// keyword and value, as PQconnectStartParams takes them. Fails where the password's file or command
// does, or a name cannot be resolved.
Result<Parameters> connect_parameters(const Database& database);

// Null, with the reason in `failure`, when it did not come about. Reads the address's file.
PGconn* connect(const Surroundings& surroundings, TimePoint deadline, ConnectFailure& failure);

// Waits for the socket. False at the deadline, and when the store stops and `may_interrupt`.
bool wait_for_socket(int socket, short events, TimePoint deadline, const Clock& clock,
                     const Interrupt* interrupt);

}  // namespace server::store::postgres

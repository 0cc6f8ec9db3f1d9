#pragma once
// sql.connectAttributes, or --connect-attributes: what else the user wants of the connection.

#include "server/store/postgres/connect.h"

namespace server::store::postgres {

// A name that libpq knows is a parameter of the connection and counts instead of what we chose;
// what only Go's drivers know is left out; any other is a setting of the server for the session,
// which a pooler may refuse. InvalidArgument for what has a key of its own, such as the host.
Status add_attributes(const Database& database, Parameters& parameters);

}  // namespace server::store::postgres

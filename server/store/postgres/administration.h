#pragma once
// Making and dropping databases, for temporal-sql-tool. The connection is to another database of
// the same server.

#include "server/store/postgres/blocking_connection.h"

namespace server::store::postgres {

// False when it was there already.
Result<bool> create_database(BlockingConnection& connection, const std::string& name);

// False when there was none. Unavailable while somebody is connected to it.
Result<bool> drop_database(BlockingConnection& connection, const std::string& name);

}  // namespace server::store::postgres

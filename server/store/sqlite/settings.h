#pragma once
// How connections are set up.

#include <vector>

#include "server/store/sqlite/connection.h"

namespace server::store::sqlite {

// InvalidArgument for a pragma that would change what the store relies on, or is not a plain word.
Status check_pragma(const Pragma& pragma);

// The one connection that writes to a file: WAL, synced at every commit.
Status set_up_writer(Connection& connection, const std::vector<Pragma>& pragmas);
Status set_up_reader(Connection& connection, const std::vector<Pragma>& pragmas);
Status set_up_memory(Connection& connection, const std::vector<Pragma>& pragmas);

}  // namespace server::store::sqlite

#pragma once
// create-database and drop-database.

#include "cli/command.h"

namespace cli {

server::Status create_database(const Invocation& invocation, Terminal& terminal);
server::Status drop_database(const Invocation& invocation, Terminal& terminal);

}  // namespace cli

#pragma once
// The table of `temporal-sql-tool`, with the names, flags, environment variables and exit codes of
// Temporal's own.

#include "cli/command.h"

namespace cli {

const Command& sql_tool_commands();

}  // namespace cli

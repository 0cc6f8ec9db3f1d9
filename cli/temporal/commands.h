#pragma once
// The table of the `temporal` program.

#include "cli/command.h"

namespace cli {

const Command& temporal_commands();

}  // namespace cli

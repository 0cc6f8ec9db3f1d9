#pragma once
// The table of the `temporal` program.

#include "cli/command.h"

namespace cli {

const Command& temporal_commands();

// Its groups that talk to a server, without the flags by which they find it.
Command activity_command();
Command operator_command();
Command task_queue_command();
Command workflow_command();

}  // namespace cli

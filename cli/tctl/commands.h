#pragma once
// The table of the `tctl` program, the older command line of Temporal: its names, its flags with
// underscores and its output, for the scripts and charms that call it.

#include "cli/command.h"

namespace cli::tctl {

const Command& commands();

// Its parts, one file each.
Command activity_command();
Command admin_cluster_command();
Command admin_membership_command();
Command cluster_command();
Command namespace_command();
Command task_queue_command();
Command workflow_command();

// Of AdminService: under `admin cluster`.
std::vector<Command> search_attribute_commands();
// Under `workflow`.
std::vector<Command> workflow_start_commands();
std::vector<Command> workflow_change_commands();
std::vector<Command> workflow_read_commands();

// --workflow_id and --run_id.
std::vector<Flag> run_flags();

}  // namespace cli::tctl

#pragma once
// `temporal operator`, one file for each group.

#include "cli/command.h"

namespace cli {

Command operator_cluster_command();
Command operator_namespace_command();
Command operator_search_attribute_command();

}  // namespace cli

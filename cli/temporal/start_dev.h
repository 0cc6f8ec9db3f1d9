#pragma once
// `temporal server start-dev`: the whole server for a laptop, with the flags of the original
// (start_dev_flags.cpp).

#include <vector>

#include "cli/command.h"

namespace cli {

Command start_dev_command();
std::vector<Flag> start_dev_flags();

}  // namespace cli

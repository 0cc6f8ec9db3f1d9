#pragma once
// Help pages, made from the table of commands.

#include <string>
#include <vector>

#include "cli/command.h"

namespace cli {

// The page of path.back(), reached through the commands before it; `path` begins with the program.
std::string help_page(const std::vector<const Command*>& path);

// Every page of the program, as Markdown: docs/cli.md.
std::string manual(const Command& program);

// The name as it is typed: "temporal server start-dev".
std::string full_name(const std::vector<const Command*>& path);

}  // namespace cli

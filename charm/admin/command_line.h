// Runs one of the tools in the container for an action, and turns its end into the action's
// results.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "charm/run.h"

namespace charm::admin {

// Words as a POSIX shell splits them: blanks, 'single' and "double" quotes, and backslashes.
// InvalidArgument names the quote that is not closed.
Result<std::vector<std::string>> shell_words(const std::string& text);

// Adds --address unless the words have one, runs, and sets the results `result` and `output`. The
// failure holds what the tool wrote to its stderr.
Status run_command(const Context& context, const std::string& program,
                   const std::vector<std::string>& words, std::chrono::seconds limit);

// The parameter, or the fallback; InvalidArgument names what is out of 1 .. 3600.
Result<std::chrono::seconds> timeout_of(const json::object& parameters);
Result<std::string> required_text(const json::object& parameters, const std::string& name);

}  // namespace charm::admin

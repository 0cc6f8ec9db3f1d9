#pragma once
// A program of the test's own that is run to its end, while the driver's lane goes on.

#include <string>
#include <vector>

#include "server/runtime/async.h"
#include "server/runtime/clock.h"

namespace server::driver {

// Unavailable when it fails or takes longer than a minute, naming `what` and the file with what it
// printed.
Async<Status> run_command(std::string what, std::vector<std::string> command, std::string log_file,
                          Clock& clock);

}  // namespace server::driver

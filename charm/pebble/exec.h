// Runs a program inside a container and waits for its end.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "charm/pebble/client.h"

namespace charm::pebble {

struct Command {
    std::vector<std::string> argv;
    std::string input{};
    std::chrono::milliseconds limit = std::chrono::seconds(60);
};

struct Ended {
    int exit_code = 0;
    std::string output{};
    std::string errors{};
};

// InvalidArgument when the container has no such program, DeadlineExceeded when it was stopped
// after its limit, Unavailable when the container cannot be reached.
Result<Ended> exec(Client& client, const Command& command);

}  // namespace charm::pebble

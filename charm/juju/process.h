// Runs a program to its end: the one way in which the charm starts anything in its own container.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "charm/result.h"

namespace charm::juju {

struct Finished {
    int exit_code = 0;  // 128 + signal when a signal ended it
    std::string output{};
    std::string errors{};
};

// A hook tool answers in milliseconds; one that hangs this long will not answer at all.
inline constexpr std::chrono::seconds kToolLimit{60};
inline constexpr std::size_t kToolOutputBytesMax = 16u << 20;

// `argv[0]` is looked up on PATH. NotFound when there is no such program, DeadlineExceeded when it
// was killed after `limit`. The message names the program, never its arguments.
Result<Finished> run_process(const std::vector<std::string>& argv, const std::string& input,
                             std::chrono::milliseconds limit = kToolLimit);

}  // namespace charm::juju

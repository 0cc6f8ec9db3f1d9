#pragma once
// The flags of temporal-bench as values. Pure.

#include <span>
#include <string>

#include "bench/scenario.h"

namespace server::bench {

struct Options {
    std::string address;
    std::string namespace_name;
    Scenario scenario;
    int concurrency = 0;
    int rate = 0;         // workflows per second; 0: closed loop
    Duration duration{};  // zero: until `count`
    int count = 0;
    int payload_bytes = 0;
    int task_queues = 1;
    int connections = 1;
    bool json = false;
    bool help = false;
};

// InvalidArgument names the flag, its value and what is allowed.
Result<Options> parse_options(std::span<const std::string> arguments);

std::string help_text();

}  // namespace server::bench

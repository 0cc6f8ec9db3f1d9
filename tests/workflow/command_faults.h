#pragma once
// Commands with one fault each, and what the server must say to them.

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "tests/workflow/scenario.h"

namespace server::workflow::test::command_faults {

using C = command::Command;
using Cause = enums::WorkflowTaskFailedCause;

struct Fault {
    std::string what;
    C command;
    Cause cause;
    std::string message;  // part of it
};

inline constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

inline C changed(C command, const std::function<void(C&)>& change) {
    change(command);
    return command;
}

inline C of_type(enums::CommandType type) {
    C command;
    command.set_command_type(type);
    return command;
}

// Each fault spoils one field of a command that is right.
struct Family {
    Cause cause;
    std::function<C()> right;
    std::vector<Fault> faults;

    void add(const std::string& what, const std::function<void(C&)>& spoil,
             const std::string& message) {
        faults.push_back({what, changed(right(), spoil), cause, message});
    }
};

// Children, signals and cancel requests, the next run.
std::vector<Fault> other_workflow_faults();

}  // namespace server::workflow::test::command_faults

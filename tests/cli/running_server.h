#pragma once
// A server for tests of commands: `temporal server start-dev` on a free port, and how commands are
// run against it.

#include <string>
#include <vector>

#include "cli/client/connection.h"
#include "cli/requests/api.h"
#include "tests/cli/child.h"

namespace server::tests {

class RunningServer {
public:
    RunningServer();
    ~RunningServer();

    const std::string& address() const { return address_; }

    // Runs a command to its end; the address comes from the environment, as users set it.
    Finished temporal(const std::vector<std::string>& arguments) const;
    Finished tctl(const std::vector<std::string>& arguments) const;
    // The same with something on stdin.
    Finished answered(const std::string& answer, const std::string& command_line) const;
    std::vector<std::string> environment() const;

    // A client of its own, to play a worker.
    cli::Connection connection() const;

private:
    Child server_;
    std::string address_;
};

// Takes the next workflow task of the queue and completes the workflow with that JSON.
void complete_next_workflow(cli::Connection& connection, const std::string& task_queue,
                            const std::string& json);

}  // namespace server::tests

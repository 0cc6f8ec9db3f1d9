#pragma once
// Runs a command against a cluster of its own: the processes start, the command runs with
// TEMPORAL_ADDRESS set to a frontend, the processes stop.

#include <string>
#include <vector>

#include "server/runtime/lane.h"
#include "tests/support/driver/cluster_processes.h"

namespace server::driver {

class WithCluster {
public:
    struct Options {
        ClusterPlace place;
        int processes_per_role = 1;
        std::vector<std::string> command;
    };

    WithCluster(Options options, Lane& lane, Clock& clock, Random& random);

    // The failure of the command, or of the cluster.
    Async<Status> run();
    const std::vector<Check>& checks() const { return checks_; }
    void print_summary() const {}

private:
    Client::Options client_options() const;
    Status run_command() const;

    const Options options_;
    ClusterProcesses cluster_;
    Client client_;
    std::vector<Check> checks_;
};

}  // namespace server::driver

#pragma once
// The test of roles as processes: keeps workflows going against a cluster of several processes per
// role, and meanwhile stops processes, kills them and starts them again. Nothing may be lost or
// doubled, and no client may notice an orderly stop.

#include <string>
#include <vector>

#include "tests/support/driver/checker.h"
#include "tests/support/driver/cluster_processes.h"
#include "tests/support/driver/latencies.h"
#include "tests/support/driver/worker.h"
#include "tests/support/driver/workload.h"

namespace server::driver {

class RolesTest {
public:
    struct Options {
        ClusterPlace place;
        int processes_per_role = 2;
        int rounds = 1;  // each stops one process of every role, and kills one
        int workflows_at_once = 200;
        Duration patience = 120s;  // for all workflows to complete after the last round
    };

    RolesTest(Options options, Lane& lane, Clock& clock, Random& random);

    // Runs the whole test on its lane and prints what happens. Failures that end it early are
    // returned.
    Async<Status> run();

    const std::vector<Check>& checks() const { return checks_; }
    void print_summary() const;

private:
    Client::Options client_options() const;
    Async<Status> start_cluster();
    Async<Status> disturb();
    Async<Status> stop_one(RoleProcess& process);
    Async<Status> kill_one(RoleProcess& process);
    Async<Status> start_again(RoleProcess& process);
    // Until every shard and the workload's task queue have an owner that answers.
    Async<Status> wait_until_owned();
    Async<void> probe_shard(int number);
    Async<Status> wait_for_progress();
    Async<Status> finish();
    Async<void> stop_clients();

    const Options options_;
    Clock& clock_;
    Lane& lane_;
    Random& random_;
    ClusterProcesses cluster_;
    AcknowledgementLog log_;
    Client client_;
    Worker worker_;
    Workload workload_;
    std::string namespace_id_;
    int silent_shards_ = 0;  // of the last probe
    Check quiet_stops_{.sentence = "no call fails while a process stops in order"};
    Check clean_stops_{.sentence = "every process stops cleanly"};
    Latencies hand_overs_;
    Latencies take_overs_;
    std::vector<Check> checks_;
};

}  // namespace server::driver

#pragma once
// The test of a cluster under faults: keeps workflows going against several processes per role over
// PostgreSQL, and meanwhile hurts processes, connections and the database (cluster_faults.h), in an
// order that the seed decides. At the end nothing may be lost, doubled or stuck: everything
// acknowledged is held against a dump of the database (stored_runs.h), visibility is counted, and
// runs that are deleted must leave no row.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/driver/cluster_faults.h"
#include "tests/support/driver/stored_runs.h"

namespace server::driver {

class ClusterTest {
public:
    struct Options {
        ClusterPlace place;
        int processes_per_role = 2;
        std::map<Fault, int> doses;
        int workflows_at_once = 200;
        Duration timer_max = 1s;   // of the workflows' timers
        Duration patience = 120s;  // for all workflows to complete after the last fault
    };

    ClusterTest(Options options, Lane& lane, Clock& clock, Random& random);

    // Runs the whole test on its lane and prints what happens. Failures that end it early are
    // returned.
    Async<Status> run();

    const std::vector<Check>& checks() const { return checks_; }
    void print_summary() const;

private:
    LoadUnderTest::Options load_options() const;
    store::postgres::Options databases() const;
    std::vector<Fault> planned() const;
    Async<Status> start_cluster();
    Async<Status> disturb();
    Async<Status> finish();
    Async<Status> check_quiet_cluster();
    // I15: what clients count.
    Async<Check> count_visibility();
    Async<std::int64_t> count(std::string query);
    // I16.
    Async<Check> delete_some();
    Async<Status> delete_one(RunKey run);
    std::vector<std::string> rows_left_of(const std::set<std::string>& run_ids) const;

    const Options options_;
    Clock& clock_;
    Random& random_;
    ClusterProcesses cluster_;
    LoadUnderTest load_;
    OwnerProbe owners_;
    ClusterFaults faults_;
    std::vector<Check> checks_;
    std::vector<RunHistory> histories_;
};

}  // namespace server::driver

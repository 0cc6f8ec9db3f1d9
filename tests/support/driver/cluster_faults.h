#pragma once
// What is done to a cluster while workflows run on it. Each fault ends when all shards have an
// owner again and something was acknowledged; how long that took is printed and kept.
//
//   stop         a process of each role stops in order and starts again; no call may fail
//   kill         SIGKILL to a process of each role in turn, which starts again
//   lost_commit  the answer of a commit of history is dropped, and one of any statement of any
//                process
//   freeze       SIGSTOP to one history and one matching process until others have taken over, then
//                SIGCONT
//   database     PostgreSQL is killed, restarted, or hangs for 30 s, in turn
//   partition    a process is cut off from the roles, from the database or from both
//   rolling      every process stops in order and starts again
//   scale        each role goes from 1 process to 2, to 4 and back to 1; no call may fail
//   upgrade      the schema goes to the next version, then every process in turn; no call may fail

#include <map>
#include <string>
#include <vector>

#include "tests/support/driver/cluster_processes.h"
#include "tests/support/driver/database_server.h"
#include "tests/support/driver/load_under_test.h"
#include "tests/support/driver/owner_probe.h"

namespace server::driver {

enum class Fault { stop, kill, lost_commit, freeze, database, partition, rolling, scale, upgrade };

const char* name_of(Fault fault);
// Whether it needs proxies.
bool is_on_the_network(Fault fault);

class ClusterFaults {
public:
    static constexpr int kScaleMax = 4;  // processes of each role

    // `of_each_role`: processes that run.
    ClusterFaults(ClusterProcesses& cluster, int of_each_role, LoadUnderTest& load,
                  OwnerProbe& owners, Clock& clock, Random& random);

    // Fails when a process ends by itself, or the cluster does not recover in time.
    Async<Status> inflict(Fault fault);

    std::vector<Check> checks() const { return {quiet_stops_, clean_stops_}; }
    Check& clean_stops() { return clean_stops_; }
    void print_summary() const;

private:
    Async<Status> stop_one_of_each();
    Async<Status> stop(RoleProcess& process);
    Async<Status> start(RoleProcess& process);
    Async<Status> kill();
    Async<Status> lose_commit();
    Async<Status> freeze();
    Async<Status> hurt_database();
    Async<Status> hang_database();
    Async<Status> cut_off();
    Async<Status> roll();
    Async<Status> scale();
    Async<Status> scale_to(int of_each_role);
    Async<Status> upgrade();
    Async<Status> update_schema();
    Async<Status> replace(RoleProcess& process, std::string server);
    // Waits until all is well; `what` is printed with the time since `begin`.
    Async<Status> recover(Fault fault, std::string what, TimePoint begin);
    std::size_t failed_calls() { return load_.client().retries() + owners_.failures(); }
    RoleProcess& any_process();

    ClusterProcesses& cluster_;
    int of_each_role_;
    LoadUnderTest& load_;
    OwnerProbe& owners_;
    Clock& clock_;
    Random& random_;
    DatabaseServer database_;
    std::size_t kills_ = 0;
    int database_faults_ = 0;
    Check quiet_stops_{.sentence =
                           "no call fails while a process stops in order or a schema is updated"};
    Check clean_stops_{.sentence = "every process stops cleanly"};
    Latencies hand_overs_;
    std::map<Fault, Latencies> recoveries_;
};

}  // namespace server::driver

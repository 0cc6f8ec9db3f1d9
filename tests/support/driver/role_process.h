#pragma once
// One process of a cluster: a role at its own port, over PostgreSQL. The test starts, stops and
// kills it. It may have a proxy on each of its ways:
//
//   other roles ─▶ 127.0.1.N:port, where it is advertised ─▶ 127.0.0.1:port ─▶ proxy ─▶ PostgreSQL
//
// Clients reach a frontend without a proxy. A proxy listens on when its process has been killed, so
// that peers find out by the lease (15 s) and not by a refused connection.

#include <memory>
#include <string>

#include "server/base/role.h"
#include "tests/support/driver/server_process.h"
#include "tests/support/fault_proxy/fault_proxy.h"

namespace server::driver {

// Where the database of a cluster is: 127.0.0.1, user and password "temporal", the databases
// temporal and temporal_visibility with their schema.
struct ClusterPlace {
    std::string server;      // the program temporal-server
    std::string upgrade_to;  // a folder with the programs of the next version; empty: none
    std::string directory;   // for configurations and logs; exists
    int database_port = 0;
    int history_shards = 16;
    int task_queue_partitions = 0;  // of every task queue; 0: by its load
    // Each history process is one of matching as well, and there are no others: tasks of its runs
    // find workers that wait there.
    bool matching_with_history = false;
};

class RoleProcess {
public:
    struct Options {
        Role role;
        int number = 1;         // among the processes of its role
        int port = 0;           // of gRPC on 127.0.0.1
        int host = 0;           // the N of its proxies; 0: it has none
        int matching_port = 0;  // where it is of matching as well; 0: it is not
    };
    RoleProcess(const ClusterPlace& place, const Options& options);

    Status start();
    // From its next start on; it does not run now.
    void run_program(const std::string& server);
    // Whether it has said, since its last start, that it serves.
    bool serves() const;
    // The last "handed over" of its log, in ms; -1 when it has not said so since its last start.
    long handed_over_ms() const;

    Role role() const { return options_.role; }
    const std::string& name() const { return name_; }
    std::string address() const { return "127.0.0.1:" + std::to_string(options_.port); }
    ServerProcess& process() { return *process_; }
    // For a process with proxies.
    tests::FaultProxy& from_roles() { return *from_roles_; }
    tests::FaultProxy& to_database() { return *to_database_; }

private:
    void start_proxies(const ClusterPlace& place);
    void write_configuration(const ClusterPlace& place) const;
    // What it has logged since its last start.
    std::string new_log() const;

    const Options options_;
    const std::string name_;  // "history-2"
    const std::string folder_;
    std::unique_ptr<tests::FaultProxy> from_roles_;
    std::unique_ptr<tests::FaultProxy> from_roles_to_matching_;
    std::unique_ptr<tests::FaultProxy> to_database_;
    std::unique_ptr<ServerProcess> process_;
    std::size_t log_begin_ = 0;
};

}  // namespace server::driver

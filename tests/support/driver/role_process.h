#pragma once
// One process of a cluster: a role at its own port, over PostgreSQL. The test starts, stops and
// kills it.

#include <map>
#include <memory>
#include <string>

#include "server/base/role.h"
#include "tests/support/driver/server_process.h"

namespace server::driver {

// Where the database of a cluster is: 127.0.0.1, user and password "temporal", the databases
// temporal and temporal_visibility with their schema.
struct ClusterPlace {
    std::string server;     // the program temporal-server
    std::string directory;  // for configurations and logs; exists
    int database_port = 0;
    int history_shards = 16;
};

class RoleProcess {
public:
    // `number` tells the processes of a role apart; `port` is its gRPC port on 127.0.0.1.
    RoleProcess(const ClusterPlace& place, Role role, int number, int port);

    Status start();
    // Whether it has said, since its last start, that it serves.
    bool serves() const;
    // The last "handed over" of its log, in ms; -1 when it has not said so since its last start.
    long handed_over_ms() const;

    Role role() const { return role_; }
    const std::string& name() const { return name_; }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    ServerProcess& process() { return *process_; }

private:
    void write_configuration(const ClusterPlace& place) const;
    // What it has logged since its last start.
    std::string new_log() const;

    const Role role_;
    const std::string name_;  // "history-2"
    const std::string folder_;
    const int port_;
    std::unique_ptr<ServerProcess> process_;
    std::size_t log_begin_ = 0;
};

}  // namespace server::driver

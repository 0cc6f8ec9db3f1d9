#pragma once
// The processes of a whole cluster, several of each role, and its namespace.

#include <memory>
#include <string>
#include <vector>

#include "server/runtime/clock.h"
#include "server/runtime/random.h"
#include "tests/support/driver/checker.h"
#include "tests/support/driver/client.h"
#include "tests/support/driver/role_process.h"

namespace server::driver {

class ClusterProcesses {
public:
    static constexpr int kStopMs = 15'000;

    struct Options {
        ClusterPlace place;
        int per_role = 2;      // processes of each role, running or not
        bool proxied = false;  // with a proxy on each way (role_process.h)
    };

    // Ports are chosen now, processes start later.
    ClusterProcesses(Options options, Clock& clock, Random& random);

    // Starts as many of each role as run then, from the first on, and waits until they serve.
    Async<Status> start(int of_each_role);
    Async<Status> wait_until_serving(RoleProcess& process);
    // Registers the client's namespace if it is missing, waits until it can be used, and returns
    // its id.
    Async<Result<std::string>> make_namespace(Client& client);
    // SIGTERM to one after the other; what did not end cleanly violates `clean`.
    void stop(Check& clean);

    const ClusterPlace& place() const { return options_.place; }
    // One for each kind of process.
    std::vector<Role> roles() const;
    // The one of this role and number, from 1.
    RoleProcess& at(Role role, int number);
    // Any one of this role that runs.
    RoleProcess& pick(Role role);
    std::vector<RoleProcess*> running();
    // Unavailable, with its name, when one of the first `of_each_role` has ended by itself.
    Status all_run(int of_each_role);
    const std::string& one_frontend() const { return frontends_.front(); }
    // A connection that breaks is made to another one.
    std::string all_frontends() const;

private:
    bool is_of(const RoleProcess& process, Role role) const;

    const Options options_;
    Clock& clock_;
    Random& random_;
    std::vector<std::unique_ptr<RoleProcess>> processes_;
    std::vector<std::string> frontends_;  // addresses
};

}  // namespace server::driver

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

    // Ports are chosen now, processes start later.
    ClusterProcesses(const ClusterPlace& place, int processes_per_role, Clock& clock,
                     Random& random);

    // Starts all and waits until they serve.
    Async<Status> start();
    Async<Status> wait_until_serving(RoleProcess& process);
    // Registers the client's namespace if it is missing, waits until it can be used, and returns
    // its id.
    Async<Result<std::string>> make_namespace(Client& client);
    // SIGTERM to one after the other; what did not end cleanly violates `clean`.
    void stop(Check& clean);

    RoleProcess& pick(Role role);
    const std::string& one_frontend() const { return frontends_.front(); }
    // A connection that breaks is made to another one.
    std::string all_frontends() const;

private:
    Clock& clock_;
    Random& random_;
    std::vector<std::unique_ptr<RoleProcess>> processes_;
    std::vector<std::string> frontends_;  // addresses
};

}  // namespace server::driver

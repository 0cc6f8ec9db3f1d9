#pragma once
// The ports of this process: one gRPC listener per role that is reached from outside, and the
// internal frontend.
//
//   frontend            clients: WorkflowService, OperatorService, AdminService; peers: Cluster
//   internal-frontend   the same for the cluster's own programs, on a private network
//   history, matching   peers: their roles, and Cluster
//   worker              peers: Cluster
//
// What peers call takes a proof that they are of this cluster (rpc/cluster_proof.h).

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/app/internal_calls.h"
#include "server/app/options.h"
#include "server/app/role_set.h"
#include "server/rpc/grpc_server.h"

namespace server::app {

// Before the database is touched: a second server most often fails here. The message names the
// port, who has it, and the setting.
Status check_ports(const Options& options);

// host:port by which other processes reach the role, as far as the port is known.
std::string advertised_address(const Options& options, Role role);

class Listeners {
public:
    // They outlive it.
    Listeners(Lanes& lanes, Clock& clock) : lanes_(lanes), clock_(clock) {}

    // Answers on every port when it returns. A failure names the address and the fix.
    Status open(const Options& options, RoleSet& roles, InternalCalls& calls);
    // The port of the frontend, once it is open.
    std::optional<std::uint16_t> frontend_port() const;

    // Health says NOT_SERVING; calls are answered as before.
    void set_draining();
    // Refuses new calls, ends long polls, lets the others finish for `grace`. Blocks.
    void stop(Duration grace);

private:
    struct Listening {
        std::optional<Role> role;  // none: the internal frontend
        std::unique_ptr<rpc::GrpcServer> server;
    };

    Status open_one(const Endpoint& endpoint, std::optional<Role> role,
                    rpc::GrpcServer::Options options);

    Lanes& lanes_;
    Clock& clock_;
    std::vector<Listening> listening_;
};

}  // namespace server::app

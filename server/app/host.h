#pragma once
// One process as a member of its cluster: its roles, their place in the rings, and the way to the
// roles of the others. What a process has beside it (listeners, connections, configuration files,
// signals) is in server.h; the simulator runs several hosts in one process, over one store.
//
//   made ─▶ listeners open ─▶ join() ─▶ owns what the rings give it
//        ─▶ hand_over() ─▶ listeners close ─▶ leave()
//
// Called on lane 0.

#include <map>
#include <string>
#include <vector>

#include "server/app/cluster_link.h"
#include "server/app/role_set.h"

namespace server::app {

class Host {
public:
    // They outlive it.
    struct Environment {
        Clock& clock;
        Random& random;
        Lanes& lanes;
        store::Store& store;
        cluster::NamespaceRegistry& namespaces;
        rpc::Network& network;
        telemetry::Registry& metrics;
    };

    // `host_id` names the process until it ends. `addresses` are those of its roles, as others
    // reach them.
    Host(const Environment& environment, const store::ClusterIdentity& identity,
         std::string host_id, std::map<Role, std::string> addresses, RoleOptions options);

    RoleSet& roles() { return roles_; }
    cluster::Membership& membership() { return link_.membership(); }

    // `own` are its records, one per role. Returns when its shards are taken; the failure is that
    // of the first heartbeat.
    Async<Status> join(std::vector<store::MemberRecord> own);
    // Out of the rings, if another process plays one of its roles: others take the shards, and
    // calls that still come here are routed there.
    Async<void> hand_over();
    // Returns when no work is left, with the rows of the process removed. Also after a join() that
    // failed, and without one.
    Async<void> leave();

private:
    bool has_successors();

    Clock& clock_;
    const std::vector<Role> played_;
    ClusterLink link_;
    RoleSet roles_;
    bool joined_ = false;
};

}  // namespace server::app

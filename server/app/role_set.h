#pragma once
// The roles of this process: made, connected to the roles of all processes, told what they own, and
// taken down. Which tables a listener of each role serves is here too.
//
// Called by the thread of main through a lane, or on a lane.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/app/cluster_link.h"
#include "server/app/role_options.h"
#include "server/cluster/namespace_registry.h"
#include "server/frontend/frontend.h"
#include "server/history/service.h"
#include "server/matching/service.h"
#include "server/store/measured/measured_store.h"
#include "server/worker/worker.h"

namespace server::app {

class RoleSet {
public:
    // They outlive it.
    struct Collaborators {
        Clock& clock;
        Random& random;
        Lanes& lanes;
        store::Store& store;
        cluster::NamespaceRegistry& namespaces;
        ClusterLink& link;
        telemetry::Registry& metrics;
    };

    // `addresses` are those of the roles of this process, as others reach them.
    RoleSet(const Collaborators& collaborators, std::map<Role, std::string> addresses,
            const store::ClusterIdentity& identity, RoleOptions options);

    // From now on each role owns what the rings give it; the work goes on in the background.
    void assign(const cluster::ViewPtr& view);
    // Returns when the shards of this process are as they were last assigned.
    Async<void> settled();
    // Limits that have changed while the server runs.
    void reconfigure(const RoleOptions& options);
    Async<Status> start_worker();
    // Returns when no work is left. The lanes still run.
    Async<void> stop();

    // What the frontend's listeners serve to clients.
    std::vector<const rpc::MethodTable*> tables_for_clients() const;
    // What the listener of a role serves to other processes.
    std::vector<const rpc::MethodTable*> tables_for_peers(Role role) const;
    // Null without the role.
    frontend::Frontend* frontend() { return frontend_.get(); }

private:
    void make_history(const store::ClusterIdentity& identity, history::Options options);
    void make_matching(matching::Options options);
    void make_frontend(const store::ClusterIdentity& identity, const frontend::Limits& limits);
    // The store as one role is seen to use it.
    store::Store& store_of(Role role);

    const std::map<Role, std::string> addresses_;
    const Collaborators collaborators_;
    ClusterLink& link_;
    std::map<Role, std::unique_ptr<store::MeasuredStore>> stores_;
    std::unique_ptr<history::Service> history_;
    std::unique_ptr<matching::Service> matching_;
    std::unique_ptr<worker::Worker> worker_;
    std::unique_ptr<frontend::Frontend> frontend_;
    std::unique_ptr<rpc::MethodTable> history_table_;
    std::unique_ptr<rpc::MethodTable> matching_table_;
    rpc::MethodTable workflow_service_{"temporal.api.workflowservice.v1.WorkflowService"};
    rpc::MethodTable operator_service_{"temporal.api.operatorservice.v1.OperatorService"};
    rpc::MethodTable admin_service_{"temporal.server.api.adminservice.v1.AdminService"};
};

}  // namespace server::app

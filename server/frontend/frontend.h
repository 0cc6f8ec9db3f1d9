#pragma once
// Map of server/frontend, the stateless role that clients talk to.
//
//   frontend.h       the role: what it works with, and its methods put into the tables of the edge
//   method.h         one published method: scope, access, states of the namespace, may it wait
//   call.h           a call that passed the interceptors
//   interceptors/    what happens around every method: mask internal errors, check the client's
//                    version, find the namespace, authorise, limit, then the method
//   api/             one file per RPC: validate, then one call of a role, registry or store;
//                    api/admin/ has those of AdminService
//   validation/      what a request may hold, by noun
//   limits/          the numbers, and the counters that enforce them
//
// Everything lives on whatever lane the edge chose for the call and keeps no state of its own but
// counters.

#include <mutex>
#include <string>

#include "server/cluster/namespace_registry.h"
#include "server/frontend/limits/limits.h"
#include "server/frontend/limits/live_limits.h"
#include "server/frontend/limits/open_waits.h"
#include "server/frontend/limits/request_rates.h"
#include "server/rpc/history.h"
#include "server/rpc/matching.h"
#include "server/rpc/method_table.h"
#include "server/runtime/clock.h"
#include "server/runtime/random.h"
#include "server/store/store.h"
#include "server/telemetry/call_metrics.h"

namespace server::frontend {

// What GetSystemInfo reports: the release of Temporal whose API this is.
inline constexpr std::string_view kServerVersion = "1.32.0";

// What health calls AdminService: not by its full name, as other services are.
inline constexpr std::string_view kAdminHealthName = "temporal.api.adminservice.v1.AdminService";

class Frontend {
public:
    // All outlive the role.
    struct Collaborators {
        Clock& clock;
        Random& random;
        rpc::History& history;
        rpc::Matching& matching;
        store::Store& store;
        cluster::NamespaceRegistry& namespaces;
        telemetry::Registry* metrics = nullptr;  // null: nobody looks at them
    };

    Frontend(Collaborators collaborators, store::ClusterIdentity cluster, Limits limits = {});
    Frontend(const Frontend&) = delete;
    Frontend& operator=(const Frontend&) = delete;

    // Adds every built method. The tables are those of
    // temporal.api.workflowservice.v1.WorkflowService and
    // temporal.api.operatorservice.v1.OperatorService; they and the role live until the edge has
    // stopped.
    void register_methods(rpc::MethodTable& workflow_service, rpc::MethodTable& operator_service);
    // The same for temporal.server.api.adminservice.v1.AdminService.
    void register_admin_methods(rpc::MethodTable& admin_service);

    // host:port at which peers and clients reach this frontend, as DescribeCluster shows it: known
    // once the listener is there.
    void set_address(std::string address);
    std::string address() const;

    Clock& clock() { return collaborators_.clock; }
    Random& random() { return collaborators_.random; }
    rpc::History& history() { return collaborators_.history; }
    rpc::Matching& matching() { return collaborators_.matching; }
    store::Store& store() { return collaborators_.store; }
    cluster::NamespaceRegistry& namespaces() { return collaborators_.namespaces; }
    const store::ClusterIdentity& cluster() const { return cluster_; }
    const Limits& limits() const { return limits_.get(); }
    // For the calls that begin from now on. Any thread.
    void set_limits(Limits limits) { limits_.set(std::move(limits)); }
    OpenWaits& open_waits() { return open_waits_; }
    RequestRates& request_rates() { return request_rates_; }
    // What is counted of one method's calls; the same object each time.
    telemetry::OperationMetrics& metrics_of(std::string_view method) {
        return metrics_.operation(method);
    }

private:
    const Collaborators collaborators_;
    telemetry::Registry own_registry_;  // when none was given
    telemetry::ServiceMetrics metrics_;
    const store::ClusterIdentity cluster_;
    LiveLimits limits_;
    OpenWaits open_waits_;
    RequestRates request_rates_;
    mutable std::mutex mutex_;  // the listener may answer before it told its address
    std::string address_;
};

}  // namespace server::frontend

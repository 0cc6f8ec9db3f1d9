#pragma once
// The methods of each role, as a list: what is served to other processes, one line a method. A
// method X takes a message XRequest of its own (remote_role.h).

#include "server/rpc/cluster_watch.h"
#include "server/rpc/history.h"
#include "server/rpc/matching.h"

namespace server::rpc {

// The service of a role, and visit_methods(visit), which calls visit(&Role::method) for each.
template <class Role>
struct RoleMethods;

template <>
struct RoleMethods<History> {
    static constexpr char kService[] = "server.role.v1.History";

    template <class Visit>
    static void visit_methods(Visit&& visit) {
        visit(&History::start_workflow);
        visit(&History::signal_workflow);
        visit(&History::request_cancel_workflow);
        visit(&History::terminate_workflow);
        visit(&History::delete_workflow);
        visit(&History::describe_workflow);
        visit(&History::get_history);
        visit(&History::query_workflow);
        visit(&History::record_workflow_task_started);
        visit(&History::record_activity_task_started);
        visit(&History::respond_workflow_task_completed);
        visit(&History::respond_workflow_task_failed);
        visit(&History::record_activity_heartbeat);
        visit(&History::respond_activity_completed);
        visit(&History::respond_activity_failed);
        visit(&History::respond_activity_canceled);
        visit(&History::release_child);
        visit(&History::record_child_closed);
        visit(&History::reset_sticky_task_queue);
    }
};

template <>
struct RoleMethods<Matching> {
    static constexpr char kService[] = "server.role.v1.Matching";

    template <class Visit>
    static void visit_methods(Visit&& visit) {
        visit(&Matching::add_task);
        visit(&Matching::poll_workflow_task_queue);
        visit(&Matching::poll_activity_task_queue);
        visit(&Matching::dispatch_query);
        visit(&Matching::respond_query_task_completed);
        visit(&Matching::shutdown_worker);
        visit(&Matching::describe_task_queue);
    }
};

template <>
struct RoleMethods<ClusterPeer> {
    static constexpr char kService[] = "server.role.v1.Cluster";

    template <class Visit>
    static void visit_methods(Visit&& visit) {
        visit(&ClusterPeer::watch);
    }
};

}  // namespace server::rpc

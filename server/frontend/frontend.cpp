#include "server/frontend/frontend.h"

#include "server/frontend/api/admin/methods.h"
#include "server/frontend/api/methods.h"
#include "server/frontend/interceptors/interceptors.h"

namespace server::frontend {

namespace {

// Puts methods, with the interceptors around them, into a table.
struct Registrar {
    Frontend& frontend;
    rpc::MethodTable& table;

    template <class Request, class Response>
    void add(Method method, Api<Request, Response> api) {
        method.metrics = &frontend.metrics_of(method.name);
        table.add<Request, Response>(method.name, [&frontend = frontend, method, api](
                                                      rpc::CallContext context, Request request) {
            return intercepted(frontend, method, api, std::move(context), std::move(request));
        });
    }
};

constexpr Method cluster_read(std::string_view name) {
    return {.name = name, .scope = Scope::cluster, .access = Access::read_only};
}
constexpr Method cluster_admin(std::string_view name) {
    return {.name = name, .scope = Scope::cluster, .access = Access::admin};
}
constexpr Method reads(std::string_view name) {
    return {.name = name, .access = Access::read_only};
}
constexpr Method writes(std::string_view name) { return {.name = name}; }
constexpr Method starts(std::string_view name) {
    return {.name = name, .states = States::registered};
}
constexpr Method polls(std::string_view name) { return {.name = name, .waits = Waits::yes}; }

void register_namespaces(Registrar to) {
    to.add(cluster_read("GetSystemInfo"), get_system_info);
    to.add(cluster_read("GetClusterInfo"), get_cluster_info);
    to.add(cluster_read("GetSearchAttributes"), get_search_attributes);
    to.add(cluster_admin("RegisterNamespace"), register_namespace);
    to.add(cluster_read("DescribeNamespace"), describe_namespace);
    to.add(cluster_read("ListNamespaces"), list_namespaces);
    to.add(cluster_admin("UpdateNamespace"), update_namespace);
    to.add(cluster_admin("DeprecateNamespace"), deprecate_namespace);
}

void register_workflows(Registrar to) {
    Method query = reads("QueryWorkflow");
    query.waits = Waits::yes;
    to.add(starts("StartWorkflowExecution"), start_workflow_execution);
    to.add(starts("SignalWithStartWorkflowExecution"), signal_with_start_workflow_execution);
    to.add(writes("SignalWorkflowExecution"), signal_workflow_execution);
    to.add(writes("RequestCancelWorkflowExecution"), request_cancel_workflow_execution);
    to.add(writes("TerminateWorkflowExecution"), terminate_workflow_execution);
    to.add(writes("DeleteWorkflowExecution"), delete_workflow_execution);
    to.add(reads("DescribeWorkflowExecution"), describe_workflow_execution);
    to.add(reads("GetWorkflowExecutionHistory"), get_workflow_execution_history);
    to.add(reads("GetWorkflowExecutionHistoryReverse"), get_workflow_execution_history_reverse);
    to.add(query, query_workflow);
    to.add(writes("ResetStickyTaskQueue"), reset_sticky_task_queue);
    to.add(reads("ListWorkflowExecutions"), list_workflow_executions);
    to.add(reads("CountWorkflowExecutions"), count_workflow_executions);
}

void register_workers(Registrar to) {
    to.add(polls("PollWorkflowTaskQueue"), poll_workflow_task_queue);
    to.add(writes("RespondWorkflowTaskCompleted"), respond_workflow_task_completed);
    to.add(writes("RespondWorkflowTaskFailed"), respond_workflow_task_failed);
    to.add(writes("RespondQueryTaskCompleted"), respond_query_task_completed);
    to.add(writes("ShutdownWorker"), shutdown_worker);
    to.add(polls("PollActivityTaskQueue"), poll_activity_task_queue);
    to.add(writes("RecordActivityTaskHeartbeat"), record_activity_task_heartbeat);
    to.add(writes("RecordActivityTaskHeartbeatById"), record_activity_task_heartbeat_by_id);
    to.add(writes("RespondActivityTaskCompleted"), respond_activity_task_completed);
    to.add(writes("RespondActivityTaskCompletedById"), respond_activity_task_completed_by_id);
    to.add(writes("RespondActivityTaskFailed"), respond_activity_task_failed);
    to.add(writes("RespondActivityTaskFailedById"), respond_activity_task_failed_by_id);
    to.add(writes("RespondActivityTaskCanceled"), respond_activity_task_canceled);
    to.add(writes("RespondActivityTaskCanceledById"), respond_activity_task_canceled_by_id);
    to.add(reads("DescribeTaskQueue"), describe_task_queue);
    to.add(reads("ListTaskQueuePartitions"), list_task_queue_partitions);
}

void register_operator(Registrar to) {
    Method add = {.name = "AddSearchAttributes", .access = Access::admin};
    Method remove = {.name = "RemoveSearchAttributes", .access = Access::admin};
    to.add(add, add_search_attributes);
    to.add(remove, remove_search_attributes);
    to.add(reads("ListSearchAttributes"), list_search_attributes);
    to.add(cluster_read("ListClusters"), list_clusters);
}

void register_admin(Registrar to) {
    Method add = {.name = "AddSearchAttributes", .access = Access::admin};
    Method remove = {.name = "RemoveSearchAttributes", .access = Access::admin};
    Method get = {.name = "GetSearchAttributes", .access = Access::admin};
    to.add(cluster_admin("DescribeCluster"), admin::describe_cluster);
    to.add(cluster_admin("ListClusters"), admin::list_clusters);
    to.add(cluster_admin("ListClusterMembers"), admin::list_cluster_members);
    to.add(add, admin::add_search_attributes);
    to.add(remove, admin::remove_search_attributes);
    to.add(get, admin::get_search_attributes);
}

}  // namespace

Frontend::Frontend(Collaborators collaborators, store::ClusterIdentity cluster, Limits limits)
    : collaborators_(collaborators),
      metrics_(collaborators.metrics ? *collaborators.metrics : own_registry_, "service",
               "frontend"),
      cluster_(std::move(cluster)), limits_(std::move(limits)) {}

void Frontend::register_methods(rpc::MethodTable& workflow_service,
                                rpc::MethodTable& operator_service) {
    register_namespaces({*this, workflow_service});
    register_workflows({*this, workflow_service});
    register_workers({*this, workflow_service});
    register_operator({*this, operator_service});
}

void Frontend::register_admin_methods(rpc::MethodTable& admin_service) {
    register_admin({*this, admin_service});
}

void Frontend::set_address(std::string address) {
    const std::lock_guard lock(mutex_);
    address_ = std::move(address);
}

std::string Frontend::address() const {
    const std::lock_guard lock(mutex_);
    return address_;
}

}  // namespace server::frontend

#pragma once
// Every method of the public API that is built, one file each: <name>.cpp. A method validates its
// request and makes one call of the role, store or registry that answers it; the interceptors have
// run before (interceptors/interceptors.h).

#include "server/frontend/call.h"
#include "server/frontend/frontend.h"
#include "temporal/api/operatorservice/v1/request_response.pb.h"
#include "temporal/api/workflowservice/v1/request_response.pb.h"

namespace server::frontend {

namespace api = ::temporal::api::workflowservice::v1;
namespace operator_api = ::temporal::api::operatorservice::v1;
namespace common = ::temporal::api::common::v1;
namespace enums = ::temporal::api::enums::v1;

// System
Async<Result<api::GetSystemInfoResponse>> get_system_info(Frontend&, Call,
                                                          api::GetSystemInfoRequest);
Async<Result<api::GetClusterInfoResponse>> get_cluster_info(Frontend&, Call,
                                                            api::GetClusterInfoRequest);
Async<Result<api::GetSearchAttributesResponse>> get_search_attributes(
    Frontend&, Call, api::GetSearchAttributesRequest);

// Namespaces
Async<Result<api::RegisterNamespaceResponse>> register_namespace(Frontend&, Call,
                                                                 api::RegisterNamespaceRequest);
Async<Result<api::DescribeNamespaceResponse>> describe_namespace(Frontend&, Call,
                                                                 api::DescribeNamespaceRequest);
Async<Result<api::ListNamespacesResponse>> list_namespaces(Frontend&, Call,
                                                           api::ListNamespacesRequest);
Async<Result<api::UpdateNamespaceResponse>> update_namespace(Frontend&, Call,
                                                             api::UpdateNamespaceRequest);
Async<Result<api::DeprecateNamespaceResponse>> deprecate_namespace(Frontend&, Call,
                                                                   api::DeprecateNamespaceRequest);

// Workflows
Async<Result<api::StartWorkflowExecutionResponse>> start_workflow_execution(
    Frontend&, Call, api::StartWorkflowExecutionRequest);
Async<Result<api::SignalWithStartWorkflowExecutionResponse>> signal_with_start_workflow_execution(
    Frontend&, Call, api::SignalWithStartWorkflowExecutionRequest);
Async<Result<api::SignalWorkflowExecutionResponse>> signal_workflow_execution(
    Frontend&, Call, api::SignalWorkflowExecutionRequest);
Async<Result<api::RequestCancelWorkflowExecutionResponse>> request_cancel_workflow_execution(
    Frontend&, Call, api::RequestCancelWorkflowExecutionRequest);
Async<Result<api::TerminateWorkflowExecutionResponse>> terminate_workflow_execution(
    Frontend&, Call, api::TerminateWorkflowExecutionRequest);
Async<Result<api::DeleteWorkflowExecutionResponse>> delete_workflow_execution(
    Frontend&, Call, api::DeleteWorkflowExecutionRequest);
Async<Result<api::DescribeWorkflowExecutionResponse>> describe_workflow_execution(
    Frontend&, Call, api::DescribeWorkflowExecutionRequest);
Async<Result<api::GetWorkflowExecutionHistoryResponse>> get_workflow_execution_history(
    Frontend&, Call, api::GetWorkflowExecutionHistoryRequest);
Async<Result<api::GetWorkflowExecutionHistoryReverseResponse>>
get_workflow_execution_history_reverse(Frontend&, Call,
                                       api::GetWorkflowExecutionHistoryReverseRequest);
Async<Result<api::QueryWorkflowResponse>> query_workflow(Frontend&, Call,
                                                         api::QueryWorkflowRequest);
Async<Result<api::ResetStickyTaskQueueResponse>> reset_sticky_task_queue(
    Frontend&, Call, api::ResetStickyTaskQueueRequest);

// Visibility
Async<Result<api::ListWorkflowExecutionsResponse>> list_workflow_executions(
    Frontend&, Call, api::ListWorkflowExecutionsRequest);
Async<Result<api::CountWorkflowExecutionsResponse>> count_workflow_executions(
    Frontend&, Call, api::CountWorkflowExecutionsRequest);

// Workflow workers
Async<Result<api::PollWorkflowTaskQueueResponse>> poll_workflow_task_queue(
    Frontend&, Call, api::PollWorkflowTaskQueueRequest);
Async<Result<api::RespondWorkflowTaskCompletedResponse>> respond_workflow_task_completed(
    Frontend&, Call, api::RespondWorkflowTaskCompletedRequest);
Async<Result<api::RespondWorkflowTaskFailedResponse>> respond_workflow_task_failed(
    Frontend&, Call, api::RespondWorkflowTaskFailedRequest);
Async<Result<api::RespondQueryTaskCompletedResponse>> respond_query_task_completed(
    Frontend&, Call, api::RespondQueryTaskCompletedRequest);
Async<Result<api::ShutdownWorkerResponse>> shutdown_worker(Frontend&, Call,
                                                           api::ShutdownWorkerRequest);

// Activity workers
Async<Result<api::PollActivityTaskQueueResponse>> poll_activity_task_queue(
    Frontend&, Call, api::PollActivityTaskQueueRequest);
Async<Result<api::RecordActivityTaskHeartbeatResponse>> record_activity_task_heartbeat(
    Frontend&, Call, api::RecordActivityTaskHeartbeatRequest);
Async<Result<api::RespondActivityTaskCompletedResponse>> respond_activity_task_completed(
    Frontend&, Call, api::RespondActivityTaskCompletedRequest);
Async<Result<api::RespondActivityTaskFailedResponse>> respond_activity_task_failed(
    Frontend&, Call, api::RespondActivityTaskFailedRequest);
Async<Result<api::RespondActivityTaskCanceledResponse>> respond_activity_task_canceled(
    Frontend&, Call, api::RespondActivityTaskCanceledRequest);

// The same by workflow id and activity id; each ends in the method above of the same name.
Async<Result<api::RecordActivityTaskHeartbeatByIdResponse>> record_activity_task_heartbeat_by_id(
    Frontend&, Call, api::RecordActivityTaskHeartbeatByIdRequest);
Async<Result<api::RespondActivityTaskCompletedByIdResponse>> respond_activity_task_completed_by_id(
    Frontend&, Call, api::RespondActivityTaskCompletedByIdRequest);
Async<Result<api::RespondActivityTaskFailedByIdResponse>> respond_activity_task_failed_by_id(
    Frontend&, Call, api::RespondActivityTaskFailedByIdRequest);
Async<Result<api::RespondActivityTaskCanceledByIdResponse>> respond_activity_task_canceled_by_id(
    Frontend&, Call, api::RespondActivityTaskCanceledByIdRequest);

// Task queues
Async<Result<api::DescribeTaskQueueResponse>> describe_task_queue(Frontend&, Call,
                                                                  api::DescribeTaskQueueRequest);
Async<Result<api::ListTaskQueuePartitionsResponse>> list_task_queue_partitions(
    Frontend&, Call, api::ListTaskQueuePartitionsRequest);

// OperatorService
Async<Result<operator_api::AddSearchAttributesResponse>> add_search_attributes(
    Frontend&, Call, operator_api::AddSearchAttributesRequest);
Async<Result<operator_api::RemoveSearchAttributesResponse>> remove_search_attributes(
    Frontend&, Call, operator_api::RemoveSearchAttributesRequest);
Async<Result<operator_api::ListSearchAttributesResponse>> list_search_attributes(
    Frontend&, Call, operator_api::ListSearchAttributesRequest);
Async<Result<operator_api::ListClustersResponse>> list_clusters(Frontend&, Call,
                                                                operator_api::ListClustersRequest);

}  // namespace server::frontend

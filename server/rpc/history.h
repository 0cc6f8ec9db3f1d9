#pragma once
// The history role as the others call it (proto/server/role/v1/history.proto says what each call
// means). The role itself implements it for callers in its own process; a gRPC client does for all
// others. Callers never know which.
//
// Every call may answer Unavailable while a shard moves; it is safe to repeat: request ids and task
// tokens make repeats harmless.

#include "server/role/v1/history.pb.h"
#include "server/rpc/call_context.h"

namespace server::rpc {

namespace api = ::temporal::api::workflowservice::v1;

class History {
public:
    virtual ~History() = default;

    virtual Async<Result<api::StartWorkflowExecutionResponse>> start_workflow(
        CallContext context, role::v1::StartWorkflowRequest request) = 0;
    virtual Async<Result<api::SignalWorkflowExecutionResponse>> signal_workflow(
        CallContext context, role::v1::SignalWorkflowRequest request) = 0;
    virtual Async<Result<api::RequestCancelWorkflowExecutionResponse>> request_cancel_workflow(
        CallContext context, role::v1::RequestCancelWorkflowRequest request) = 0;
    virtual Async<Result<api::TerminateWorkflowExecutionResponse>> terminate_workflow(
        CallContext context, role::v1::TerminateWorkflowRequest request) = 0;
    virtual Async<Result<api::DeleteWorkflowExecutionResponse>> delete_workflow(
        CallContext context, role::v1::DeleteWorkflowRequest request) = 0;
    virtual Async<Result<api::DescribeWorkflowExecutionResponse>> describe_workflow(
        CallContext context, role::v1::DescribeWorkflowRequest request) = 0;
    virtual Async<Result<api::GetWorkflowExecutionHistoryResponse>> get_history(
        CallContext context, role::v1::GetHistoryRequest request) = 0;
    virtual Async<Result<api::QueryWorkflowResponse>> query_workflow(
        CallContext context, role::v1::QueryWorkflowRequest request) = 0;

    virtual Async<Result<api::PollWorkflowTaskQueueResponse>> record_workflow_task_started(
        CallContext context, role::v1::RecordWorkflowTaskStartedRequest request) = 0;
    virtual Async<Result<api::PollActivityTaskQueueResponse>> record_activity_task_started(
        CallContext context, role::v1::RecordActivityTaskStartedRequest request) = 0;

    virtual Async<Result<api::RespondWorkflowTaskCompletedResponse>>
    respond_workflow_task_completed(CallContext context,
                                    role::v1::RespondWorkflowTaskCompletedRequest request) = 0;
    virtual Async<Result<api::RespondWorkflowTaskFailedResponse>> respond_workflow_task_failed(
        CallContext context, role::v1::RespondWorkflowTaskFailedRequest request) = 0;
    virtual Async<Result<api::RecordActivityTaskHeartbeatResponse>> record_activity_heartbeat(
        CallContext context, role::v1::RecordActivityHeartbeatRequest request) = 0;
    virtual Async<Result<api::RespondActivityTaskCompletedResponse>> respond_activity_completed(
        CallContext context, role::v1::RespondActivityCompletedRequest request) = 0;
    virtual Async<Result<api::RespondActivityTaskFailedResponse>> respond_activity_failed(
        CallContext context, role::v1::RespondActivityFailedRequest request) = 0;
    virtual Async<Result<api::RespondActivityTaskCanceledResponse>> respond_activity_canceled(
        CallContext context, role::v1::RespondActivityCanceledRequest request) = 0;
    virtual Async<Result<role::v1::ReleaseChildResponse>> release_child(
        CallContext context, role::v1::ReleaseChildRequest request) = 0;
    virtual Async<Result<role::v1::RecordChildClosedResponse>> record_child_closed(
        CallContext context, role::v1::RecordChildClosedRequest request) = 0;
    virtual Async<Result<api::ResetStickyTaskQueueResponse>> reset_sticky_task_queue(
        CallContext context, role::v1::ResetStickyTaskQueueRequest request) = 0;
};

}  // namespace server::rpc

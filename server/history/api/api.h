#pragma once
// The calls of the history role, one file each. Every one runs on its shard's lane; what a call
// means is said in proto/server/role/v1/history.proto.

#include "server/role/v1/history.pb.h"
#include "server/rpc/call_context.h"
#include "server/runtime/async.h"
#include "server/state/v1/token.pb.h"

namespace server::history {

class Shard;

namespace api {

using namespace ::temporal::api::workflowservice::v1;  // NOLINT: the responses

template <class Response>
using Reply = Async<Result<Response>>;

Reply<StartWorkflowExecutionResponse> start_workflow(Shard& shard, rpc::CallContext context,
                                                     role::v1::StartWorkflowRequest request);
Reply<SignalWorkflowExecutionResponse> signal_workflow(Shard& shard, rpc::CallContext context,
                                                       role::v1::SignalWorkflowRequest request);
Reply<RequestCancelWorkflowExecutionResponse> request_cancel_workflow(
    Shard& shard, rpc::CallContext context, role::v1::RequestCancelWorkflowRequest request);
Reply<TerminateWorkflowExecutionResponse> terminate_workflow(
    Shard& shard, rpc::CallContext context, role::v1::TerminateWorkflowRequest request);
Reply<DeleteWorkflowExecutionResponse> delete_workflow(Shard& shard, rpc::CallContext context,
                                                       role::v1::DeleteWorkflowRequest request);
Reply<DescribeWorkflowExecutionResponse> describe_workflow(
    Shard& shard, rpc::CallContext context, role::v1::DescribeWorkflowRequest request);
Reply<GetWorkflowExecutionHistoryResponse> get_history(Shard& shard, rpc::CallContext context,
                                                       role::v1::GetHistoryRequest request);
Reply<GetWorkflowExecutionHistoryResponse> get_history_reverse(Shard& shard,
                                                               rpc::CallContext context,
                                                               role::v1::GetHistoryRequest request);
Reply<QueryWorkflowResponse> query_workflow(Shard& shard, rpc::CallContext context,
                                            role::v1::QueryWorkflowRequest request);
Reply<PollWorkflowTaskQueueResponse> record_workflow_task_started(
    Shard& shard, rpc::CallContext context, role::v1::RecordWorkflowTaskStartedRequest request);
Reply<PollActivityTaskQueueResponse> record_activity_task_started(
    Shard& shard, rpc::CallContext context, role::v1::RecordActivityTaskStartedRequest request);
Reply<role::v1::ReleaseChildResponse> release_child(Shard& shard, rpc::CallContext context,
                                                    role::v1::ReleaseChildRequest request);
Reply<role::v1::RecordChildClosedResponse> record_child_closed(
    Shard& shard, rpc::CallContext context, role::v1::RecordChildClosedRequest request);
Reply<ResetStickyTaskQueueResponse> reset_sticky_task_queue(
    Shard& shard, rpc::CallContext context, role::v1::ResetStickyTaskQueueRequest request);

// With the decoded task token of the request.
Reply<RespondWorkflowTaskCompletedResponse> respond_workflow_task_completed(
    Shard& shard, rpc::CallContext context, state::v1::TaskToken token,
    role::v1::RespondWorkflowTaskCompletedRequest request);
Reply<RespondWorkflowTaskFailedResponse> respond_workflow_task_failed(
    Shard& shard, rpc::CallContext context, state::v1::TaskToken token,
    role::v1::RespondWorkflowTaskFailedRequest request);
Reply<RecordActivityTaskHeartbeatResponse> record_activity_heartbeat(
    Shard& shard, rpc::CallContext context, state::v1::TaskToken token,
    role::v1::RecordActivityHeartbeatRequest request);
Reply<RespondActivityTaskCompletedResponse> respond_activity_completed(
    Shard& shard, rpc::CallContext context, state::v1::TaskToken token,
    role::v1::RespondActivityCompletedRequest request);
Reply<RespondActivityTaskFailedResponse> respond_activity_failed(
    Shard& shard, rpc::CallContext context, state::v1::TaskToken token,
    role::v1::RespondActivityFailedRequest request);
Reply<RespondActivityTaskCanceledResponse> respond_activity_canceled(
    Shard& shard, rpc::CallContext context, state::v1::TaskToken token,
    role::v1::RespondActivityCanceledRequest request);

}  // namespace api
}  // namespace server::history

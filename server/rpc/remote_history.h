#pragma once
// The history role of another process. One per address, cheap; a method more is one more pair of
// lines. Failures: those of the role, and network.h.

#include "server/rpc/remote_role.h"
#include "server/rpc/role_methods.h"

namespace server::rpc {

class RemoteHistory final : public History, private RemoteRole {
public:
    // `address` is host:port of the role's listener; `network` outlives the calls.
    RemoteHistory(Network& network, std::string address)
        : RemoteRole(network, std::move(address), RoleMethods<History>::kService) {}

    Async<Result<api::StartWorkflowExecutionResponse>> start_workflow(
        CallContext context, role::v1::StartWorkflowRequest request) override {
        return send<api::StartWorkflowExecutionResponse>(std::move(context), std::move(request));
    }
    Async<Result<api::SignalWorkflowExecutionResponse>> signal_workflow(
        CallContext context, role::v1::SignalWorkflowRequest request) override {
        return send<api::SignalWorkflowExecutionResponse>(std::move(context), std::move(request));
    }
    Async<Result<api::RequestCancelWorkflowExecutionResponse>> request_cancel_workflow(
        CallContext context, role::v1::RequestCancelWorkflowRequest request) override {
        return send<api::RequestCancelWorkflowExecutionResponse>(std::move(context),
                                                                 std::move(request));
    }
    Async<Result<api::TerminateWorkflowExecutionResponse>> terminate_workflow(
        CallContext context, role::v1::TerminateWorkflowRequest request) override {
        return send<api::TerminateWorkflowExecutionResponse>(std::move(context),
                                                             std::move(request));
    }
    Async<Result<api::DeleteWorkflowExecutionResponse>> delete_workflow(
        CallContext context, role::v1::DeleteWorkflowRequest request) override {
        return send<api::DeleteWorkflowExecutionResponse>(std::move(context), std::move(request));
    }
    Async<Result<api::DescribeWorkflowExecutionResponse>> describe_workflow(
        CallContext context, role::v1::DescribeWorkflowRequest request) override {
        return send<api::DescribeWorkflowExecutionResponse>(std::move(context), std::move(request));
    }
    Async<Result<api::GetWorkflowExecutionHistoryResponse>> get_history(
        CallContext context, role::v1::GetHistoryRequest request) override {
        return send<api::GetWorkflowExecutionHistoryResponse>(std::move(context),
                                                              std::move(request));
    }
    Async<Result<api::QueryWorkflowResponse>> query_workflow(
        CallContext context, role::v1::QueryWorkflowRequest request) override {
        return send<api::QueryWorkflowResponse>(std::move(context), std::move(request));
    }
    Async<Result<api::PollWorkflowTaskQueueResponse>> record_workflow_task_started(
        CallContext context, role::v1::RecordWorkflowTaskStartedRequest request) override {
        return send<api::PollWorkflowTaskQueueResponse>(std::move(context), std::move(request));
    }
    Async<Result<api::PollActivityTaskQueueResponse>> record_activity_task_started(
        CallContext context, role::v1::RecordActivityTaskStartedRequest request) override {
        return send<api::PollActivityTaskQueueResponse>(std::move(context), std::move(request));
    }
    Async<Result<api::RespondWorkflowTaskCompletedResponse>> respond_workflow_task_completed(
        CallContext context, role::v1::RespondWorkflowTaskCompletedRequest request) override {
        return send<api::RespondWorkflowTaskCompletedResponse>(std::move(context),
                                                               std::move(request));
    }
    Async<Result<api::RespondWorkflowTaskFailedResponse>> respond_workflow_task_failed(
        CallContext context, role::v1::RespondWorkflowTaskFailedRequest request) override {
        return send<api::RespondWorkflowTaskFailedResponse>(std::move(context), std::move(request));
    }
    Async<Result<api::RecordActivityTaskHeartbeatResponse>> record_activity_heartbeat(
        CallContext context, role::v1::RecordActivityHeartbeatRequest request) override {
        return send<api::RecordActivityTaskHeartbeatResponse>(std::move(context),
                                                              std::move(request));
    }
    Async<Result<api::RespondActivityTaskCompletedResponse>> respond_activity_completed(
        CallContext context, role::v1::RespondActivityCompletedRequest request) override {
        return send<api::RespondActivityTaskCompletedResponse>(std::move(context),
                                                               std::move(request));
    }
    Async<Result<api::RespondActivityTaskFailedResponse>> respond_activity_failed(
        CallContext context, role::v1::RespondActivityFailedRequest request) override {
        return send<api::RespondActivityTaskFailedResponse>(std::move(context), std::move(request));
    }
    Async<Result<api::RespondActivityTaskCanceledResponse>> respond_activity_canceled(
        CallContext context, role::v1::RespondActivityCanceledRequest request) override {
        return send<api::RespondActivityTaskCanceledResponse>(std::move(context),
                                                              std::move(request));
    }
    Async<Result<role::v1::ReleaseChildResponse>> release_child(
        CallContext context, role::v1::ReleaseChildRequest request) override {
        return send<role::v1::ReleaseChildResponse>(std::move(context), std::move(request));
    }
    Async<Result<role::v1::RecordChildClosedResponse>> record_child_closed(
        CallContext context, role::v1::RecordChildClosedRequest request) override {
        return send<role::v1::RecordChildClosedResponse>(std::move(context), std::move(request));
    }
    Async<Result<api::ResetStickyTaskQueueResponse>> reset_sticky_task_queue(
        CallContext context, role::v1::ResetStickyTaskQueueRequest request) override {
        return send<api::ResetStickyTaskQueueResponse>(std::move(context), std::move(request));
    }
};

}  // namespace server::rpc

#pragma once
// The history role wherever it is: each call goes to the process that owns the workflow's shard.

#include "server/base/fingerprint32.h"
#include "server/rpc/history.h"
#include "server/rpc/role_router.h"
#include "server/rpc/workflow_target.h"

namespace server::rpc {

class RoutedHistory final : public History {
public:
    RoutedHistory(RoleRouter<History>& router, std::int32_t shard_count)
        : router_(router), shard_count_(shard_count) {}

    Async<Result<api::StartWorkflowExecutionResponse>> start_workflow(
        CallContext context, role::v1::StartWorkflowRequest request) override {
        return route(&History::start_workflow, std::move(context), std::move(request));
    }
    Async<Result<api::SignalWorkflowExecutionResponse>> signal_workflow(
        CallContext context, role::v1::SignalWorkflowRequest request) override {
        return route(&History::signal_workflow, std::move(context), std::move(request));
    }
    Async<Result<api::RequestCancelWorkflowExecutionResponse>> request_cancel_workflow(
        CallContext context, role::v1::RequestCancelWorkflowRequest request) override {
        return route(&History::request_cancel_workflow, std::move(context), std::move(request));
    }
    Async<Result<api::TerminateWorkflowExecutionResponse>> terminate_workflow(
        CallContext context, role::v1::TerminateWorkflowRequest request) override {
        return route(&History::terminate_workflow, std::move(context), std::move(request));
    }
    Async<Result<api::DeleteWorkflowExecutionResponse>> delete_workflow(
        CallContext context, role::v1::DeleteWorkflowRequest request) override {
        return route(&History::delete_workflow, std::move(context), std::move(request));
    }
    Async<Result<api::DescribeWorkflowExecutionResponse>> describe_workflow(
        CallContext context, role::v1::DescribeWorkflowRequest request) override {
        return route(&History::describe_workflow, std::move(context), std::move(request));
    }
    Async<Result<api::GetWorkflowExecutionHistoryResponse>> get_history(
        CallContext context, role::v1::GetHistoryRequest request) override {
        return route(&History::get_history, std::move(context), std::move(request));
    }
    Async<Result<api::QueryWorkflowResponse>> query_workflow(
        CallContext context, role::v1::QueryWorkflowRequest request) override {
        return route(&History::query_workflow, std::move(context), std::move(request));
    }
    Async<Result<api::PollWorkflowTaskQueueResponse>> record_workflow_task_started(
        CallContext context, role::v1::RecordWorkflowTaskStartedRequest request) override {
        return route(&History::record_workflow_task_started, std::move(context),
                     std::move(request));
    }
    Async<Result<api::PollActivityTaskQueueResponse>> record_activity_task_started(
        CallContext context, role::v1::RecordActivityTaskStartedRequest request) override {
        return route(&History::record_activity_task_started, std::move(context),
                     std::move(request));
    }
    Async<Result<api::RespondWorkflowTaskCompletedResponse>> respond_workflow_task_completed(
        CallContext context, role::v1::RespondWorkflowTaskCompletedRequest request) override {
        return route(&History::respond_workflow_task_completed, std::move(context),
                     std::move(request));
    }
    Async<Result<api::RespondWorkflowTaskFailedResponse>> respond_workflow_task_failed(
        CallContext context, role::v1::RespondWorkflowTaskFailedRequest request) override {
        return route(&History::respond_workflow_task_failed, std::move(context),
                     std::move(request));
    }
    Async<Result<api::RecordActivityTaskHeartbeatResponse>> record_activity_heartbeat(
        CallContext context, role::v1::RecordActivityHeartbeatRequest request) override {
        return route(&History::record_activity_heartbeat, std::move(context), std::move(request));
    }
    Async<Result<api::RespondActivityTaskCompletedResponse>> respond_activity_completed(
        CallContext context, role::v1::RespondActivityCompletedRequest request) override {
        return route(&History::respond_activity_completed, std::move(context), std::move(request));
    }
    Async<Result<api::RespondActivityTaskFailedResponse>> respond_activity_failed(
        CallContext context, role::v1::RespondActivityFailedRequest request) override {
        return route(&History::respond_activity_failed, std::move(context), std::move(request));
    }
    Async<Result<api::RespondActivityTaskCanceledResponse>> respond_activity_canceled(
        CallContext context, role::v1::RespondActivityCanceledRequest request) override {
        return route(&History::respond_activity_canceled, std::move(context), std::move(request));
    }
    Async<Result<api::ResetStickyTaskQueueResponse>> reset_sticky_task_queue(
        CallContext context, role::v1::ResetStickyTaskQueueRequest request) override {
        return route(&History::reset_sticky_task_queue, std::move(context), std::move(request));
    }
    Async<Result<role::v1::ReleaseChildResponse>> release_child(
        CallContext context, role::v1::ReleaseChildRequest request) override {
        return route(&History::release_child, std::move(context), std::move(request));
    }
    Async<Result<role::v1::RecordChildClosedResponse>> record_child_closed(
        CallContext context, role::v1::RecordChildClosedRequest request) override {
        return route(&History::record_child_closed, std::move(context), std::move(request));
    }

private:
    template <class Response, class Request>
    Async<Result<Response>> route(RoleRouter<History>::Method<Response, Request> method,
                                  CallContext context, Request request) {
        CO_TRY_ASSIGN(const WorkflowTarget target, target_of(request));
        const ShardId shard = shard_of(target.namespace_id, target.workflow_id, shard_count_);
        std::string key = cluster::ring_key(shard);
        if constexpr (!kWaits<Request>) context.cancellation = Cancellation::create();
        auto call = router_.call<Response, Request>(method, std::move(key), std::move(context),
                                                    std::move(request));
        co_return co_await std::move(call);
    }

    // A call that only waits ends when its caller has gone; any other runs to its end.
    template <class Request>
    static constexpr bool kWaits = std::is_same_v<Request, role::v1::GetHistoryRequest> ||
                                   std::is_same_v<Request, role::v1::QueryWorkflowRequest>;

    RoleRouter<History>& router_;
    const std::int32_t shard_count_;
};

}  // namespace server::rpc

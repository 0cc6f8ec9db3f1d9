#pragma once
// The matching role of another process. One per address, cheap; a method more is one more pair of
// lines. Failures: those of the role, and network.h.

#include "server/rpc/remote_role.h"
#include "server/rpc/role_methods.h"

namespace server::rpc {

class RemoteMatching final : public Matching, private RemoteRole {
public:
    // `address` is host:port of the role's listener; `network` outlives the calls.
    RemoteMatching(Network& network, std::string address)
        : RemoteRole(network, std::move(address), RoleMethods<Matching>::kService) {}

    Async<Result<role::v1::AddTaskResponse>> add_task(CallContext context,
                                                      role::v1::AddTaskRequest request) override {
        return send<role::v1::AddTaskResponse>(std::move(context), std::move(request));
    }
    Async<Result<role::v1::PollWorkflowTaskQueueResponse>> poll_workflow_task_queue(
        CallContext context, role::v1::PollWorkflowTaskQueueRequest request) override {
        return send<role::v1::PollWorkflowTaskQueueResponse>(std::move(context),
                                                             std::move(request));
    }
    Async<Result<role::v1::PollActivityTaskQueueResponse>> poll_activity_task_queue(
        CallContext context, role::v1::PollActivityTaskQueueRequest request) override {
        return send<role::v1::PollActivityTaskQueueResponse>(std::move(context),
                                                             std::move(request));
    }
    Async<Result<api::QueryWorkflowResponse>> dispatch_query(
        CallContext context, role::v1::DispatchQueryRequest request) override {
        return send<api::QueryWorkflowResponse>(std::move(context), std::move(request));
    }
    Async<Result<api::RespondQueryTaskCompletedResponse>> respond_query_task_completed(
        CallContext context, role::v1::RespondQueryTaskCompletedRequest request) override {
        return send<api::RespondQueryTaskCompletedResponse>(std::move(context), std::move(request));
    }
    Async<Result<api::ShutdownWorkerResponse>> shutdown_worker(
        CallContext context, role::v1::ShutdownWorkerRequest request) override {
        return send<api::ShutdownWorkerResponse>(std::move(context), std::move(request));
    }
    Async<Result<api::DescribeTaskQueueResponse>> describe_task_queue(
        CallContext context, role::v1::DescribeTaskQueueRequest request) override {
        return send<api::DescribeTaskQueueResponse>(std::move(context), std::move(request));
    }
};

}  // namespace server::rpc

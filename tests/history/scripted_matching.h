#pragma once
// The matching role as a test wants it: it takes every task, or answers what the test says.

#include <functional>
#include <vector>

#include "server/rpc/matching.h"

namespace server::tests {

class ScriptedMatching final : public rpc::Matching {
public:
    // What was acknowledged, in order.
    std::vector<role::v1::AddTaskRequest> tasks;
    std::vector<role::v1::DispatchQueryRequest> queries;
    // Answers instead of "taken" when set.
    std::function<Status(const role::v1::AddTaskRequest&)> on_add;
    std::function<Result<rpc::api::QueryWorkflowResponse>(const role::v1::DispatchQueryRequest&)>
        on_query;
    // Who waits; nobody unless it is set.
    std::function<std::unique_ptr<workflow::WaitingWorker>(const rpc::WorkerQueue&)> find;

    // The newest workflow or activity task of a workflow; asserts that there is one.
    const role::v1::AddTaskRequest& last(const std::string& workflow_id, int task_queue_type) const;
    std::size_t count(const std::string& workflow_id) const;

    Async<Result<role::v1::AddTaskResponse>> add_task(rpc::CallContext,
                                                      role::v1::AddTaskRequest request) override;
    std::unique_ptr<workflow::WaitingWorker> find_waiting_worker(
        const rpc::WorkerQueue& queue) override {
        return find ? find(queue) : nullptr;
    }
    Async<Result<rpc::api::QueryWorkflowResponse>> dispatch_query(
        rpc::CallContext, role::v1::DispatchQueryRequest request) override;

    Async<Result<role::v1::PollWorkflowTaskQueueResponse>> poll_workflow_task_queue(
        rpc::CallContext, role::v1::PollWorkflowTaskQueueRequest) override;
    Async<Result<role::v1::PollActivityTaskQueueResponse>> poll_activity_task_queue(
        rpc::CallContext, role::v1::PollActivityTaskQueueRequest) override;
    Async<Result<rpc::api::RespondQueryTaskCompletedResponse>> respond_query_task_completed(
        rpc::CallContext, role::v1::RespondQueryTaskCompletedRequest) override;
    Async<Result<rpc::api::ShutdownWorkerResponse>> shutdown_worker(
        rpc::CallContext, role::v1::ShutdownWorkerRequest) override;
    Async<Result<rpc::api::DescribeTaskQueueResponse>> describe_task_queue(
        rpc::CallContext, role::v1::DescribeTaskQueueRequest) override;
};

}  // namespace server::tests

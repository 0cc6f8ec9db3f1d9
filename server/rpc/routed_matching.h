#pragma once
// The matching role wherever it is: each call goes to the process that owns the task queue's
// partition. Tasks and polls of a queue with several partitions are spread among these. A worker
// that shuts down is told to every process.

#include "server/rpc/matching.h"
#include "server/rpc/partition_spread.h"
#include "server/rpc/role_router.h"

namespace server::rpc {

class RoutedMatching final : public Matching {
public:
    explicit RoutedMatching(RoleRouter<Matching>& router) : router_(router) {}

    Async<Result<role::v1::AddTaskResponse>> add_task(CallContext context,
                                                      role::v1::AddTaskRequest request) override;
    std::unique_ptr<workflow::WaitingWorker> find_waiting_worker(const WorkerQueue& queue) override;
    Async<Result<role::v1::PollWorkflowTaskQueueResponse>> poll_workflow_task_queue(
        CallContext context, role::v1::PollWorkflowTaskQueueRequest request) override;
    Async<Result<role::v1::PollActivityTaskQueueResponse>> poll_activity_task_queue(
        CallContext context, role::v1::PollActivityTaskQueueRequest request) override;
    Async<Result<api::QueryWorkflowResponse>> dispatch_query(
        CallContext context, role::v1::DispatchQueryRequest request) override;
    Async<Result<api::RespondQueryTaskCompletedResponse>> respond_query_task_completed(
        CallContext context, role::v1::RespondQueryTaskCompletedRequest request) override;
    // Fails when one of the processes could not be told; the others have been.
    Async<Result<api::ShutdownWorkerResponse>> shutdown_worker(
        CallContext context, role::v1::ShutdownWorkerRequest request) override;
    Async<Result<api::DescribeTaskQueueResponse>> describe_task_queue(
        CallContext context, role::v1::DescribeTaskQueueRequest request) override;

private:
    template <class Response, class Request>
    using Method = RoleRouter<Matching>::Method<Response, Request>;
    template <class Response, class Request>
    Async<Result<Response>> poll(Method<Response, Request> method, int type, CallContext context,
                                 Request request);

    RoleRouter<Matching>& router_;
    PartitionSpread spread_;
};

}  // namespace server::rpc

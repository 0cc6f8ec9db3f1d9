#pragma once
// The partitions of all processes, as a partition calls them: those of this process, and another
// one that takes started tasks of the queues that are not here. It keeps them until give_back().

#include <utility>
#include <vector>

#include "server/matching/service.h"

namespace server::tests {

class AllProcesses final : public rpc::Matching {
public:
    void use(matching::Service& here) { here_ = &here; }
    std::vector<role::v1::AddTaskRequest> give_back() { return std::exchange(kept_, {}); }

    Async<Result<role::v1::AddTaskResponse>> add_task(rpc::CallContext context,
                                                      role::v1::AddTaskRequest request) override {
        const bool is_started =
            request.forwarded_from().empty() && !request.task().started_with().empty();
        role::v1::AddTaskRequest kept = request;
        auto call = here_->add_task(std::move(context), std::move(request));
        Result<role::v1::AddTaskResponse> answer = co_await std::move(call);
        if (!is_started || !answer.status().detail<OwnershipLost>()) co_return answer;
        kept_.push_back(std::move(kept));
        co_return role::v1::AddTaskResponse();
    }
    Async<Result<role::v1::PollWorkflowTaskQueueResponse>> poll_workflow_task_queue(
        rpc::CallContext context, role::v1::PollWorkflowTaskQueueRequest request) override {
        return here_->poll_workflow_task_queue(std::move(context), std::move(request));
    }
    Async<Result<role::v1::PollActivityTaskQueueResponse>> poll_activity_task_queue(
        rpc::CallContext context, role::v1::PollActivityTaskQueueRequest request) override {
        return here_->poll_activity_task_queue(std::move(context), std::move(request));
    }
    Async<Result<rpc::api::QueryWorkflowResponse>> dispatch_query(
        rpc::CallContext context, role::v1::DispatchQueryRequest request) override {
        return here_->dispatch_query(std::move(context), std::move(request));
    }
    Async<Result<rpc::api::RespondQueryTaskCompletedResponse>> respond_query_task_completed(
        rpc::CallContext context, role::v1::RespondQueryTaskCompletedRequest request) override {
        return here_->respond_query_task_completed(std::move(context), std::move(request));
    }
    Async<Result<rpc::api::ShutdownWorkerResponse>> shutdown_worker(
        rpc::CallContext context, role::v1::ShutdownWorkerRequest request) override {
        return here_->shutdown_worker(std::move(context), std::move(request));
    }
    Async<Result<rpc::api::DescribeTaskQueueResponse>> describe_task_queue(
        rpc::CallContext context, role::v1::DescribeTaskQueueRequest request) override {
        return here_->describe_task_queue(std::move(context), std::move(request));
    }

private:
    matching::Service* here_ = nullptr;
    std::vector<role::v1::AddTaskRequest> kept_;
};

}  // namespace server::tests

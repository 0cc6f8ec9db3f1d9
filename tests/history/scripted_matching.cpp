#include "tests/history/scripted_matching.h"

#include <algorithm>

#include "tests/support/catch.h"

namespace server::tests {

namespace {

Status not_scripted() { return {Code::Unimplemented, "not part of this script"}; }

}  // namespace

const role::v1::AddTaskRequest& ScriptedMatching::last(const std::string& workflow_id,
                                                       int task_queue_type) const {
    const auto found = std::find_if(tasks.rbegin(), tasks.rend(), [&](const auto& request) {
        return request.task().workflow_id() == workflow_id &&
               request.task_queue_type() == task_queue_type;
    });
    REQUIRE(found != tasks.rend());
    return *found;
}

std::size_t ScriptedMatching::count(const std::string& workflow_id) const {
    return static_cast<std::size_t>(std::count_if(
        tasks.begin(), tasks.end(),
        [&](const auto& request) { return request.task().workflow_id() == workflow_id; }));
}

Async<Result<role::v1::AddTaskResponse>> ScriptedMatching::add_task(
    rpc::CallContext, role::v1::AddTaskRequest request) {
    if (on_add) CO_TRY(on_add(request));
    tasks.push_back(std::move(request));
    co_return role::v1::AddTaskResponse();
}

Async<Result<rpc::api::QueryWorkflowResponse>> ScriptedMatching::dispatch_query(
    rpc::CallContext, role::v1::DispatchQueryRequest request) {
    queries.push_back(request);
    if (!on_query) co_return not_scripted();
    co_return on_query(request);
}

Async<Result<role::v1::PollWorkflowTaskQueueResponse>> ScriptedMatching::poll_workflow_task_queue(
    rpc::CallContext, role::v1::PollWorkflowTaskQueueRequest) {
    co_return not_scripted();
}
Async<Result<role::v1::PollActivityTaskQueueResponse>> ScriptedMatching::poll_activity_task_queue(
    rpc::CallContext, role::v1::PollActivityTaskQueueRequest) {
    co_return not_scripted();
}
Async<Result<rpc::api::RespondQueryTaskCompletedResponse>>
ScriptedMatching::respond_query_task_completed(rpc::CallContext,
                                               role::v1::RespondQueryTaskCompletedRequest) {
    co_return not_scripted();
}
Async<Result<rpc::api::ShutdownWorkerResponse>> ScriptedMatching::shutdown_worker(
    rpc::CallContext, role::v1::ShutdownWorkerRequest) {
    co_return not_scripted();
}
Async<Result<rpc::api::DescribeTaskQueueResponse>> ScriptedMatching::describe_task_queue(
    rpc::CallContext, role::v1::DescribeTaskQueueRequest) {
    co_return not_scripted();
}

}  // namespace server::tests

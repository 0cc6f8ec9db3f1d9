#include "server/rpc/routed_matching.h"

#include "server/state/v1/token.pb.h"

namespace server::rpc {

Async<Result<role::v1::AddTaskResponse>> RoutedMatching::add_task(
    CallContext context, role::v1::AddTaskRequest request) {
    std::string key = cluster::ring_key(request.task().namespace_id(), request.task_queue());
    context.cancellation = Cancellation::create();  // it stores the task, whoever has gone
    return router_.call(&Matching::add_task, std::move(key), std::move(context),
                        std::move(request));
}

Async<Result<api::PollWorkflowTaskQueueResponse>> RoutedMatching::poll_workflow_task_queue(
    CallContext context, role::v1::PollWorkflowTaskQueueRequest request) {
    std::string key =
        cluster::ring_key(request.namespace_id(), request.request().task_queue().name());
    return router_.call(&Matching::poll_workflow_task_queue, std::move(key), std::move(context),
                        std::move(request));
}

Async<Result<api::PollActivityTaskQueueResponse>> RoutedMatching::poll_activity_task_queue(
    CallContext context, role::v1::PollActivityTaskQueueRequest request) {
    std::string key =
        cluster::ring_key(request.namespace_id(), request.request().task_queue().name());
    return router_.call(&Matching::poll_activity_task_queue, std::move(key), std::move(context),
                        std::move(request));
}

Async<Result<api::QueryWorkflowResponse>> RoutedMatching::dispatch_query(
    CallContext context, role::v1::DispatchQueryRequest request) {
    std::string key = cluster::ring_key(request.namespace_id(), request.task_queue());
    return router_.call(&Matching::dispatch_query, std::move(key), std::move(context),
                        std::move(request));
}

// An unreadable token goes to some process, which refuses it.
Async<Result<api::RespondQueryTaskCompletedResponse>> RoutedMatching::respond_query_task_completed(
    CallContext context, role::v1::RespondQueryTaskCompletedRequest request) {
    state::v1::QueryToken token;
    static_cast<void>(token.ParseFromString(request.request().task_token()));
    std::string key = cluster::ring_key(request.namespace_id(), token.task_queue());
    return router_.call(&Matching::respond_query_task_completed, std::move(key), std::move(context),
                        std::move(request));
}

Async<Result<api::ShutdownWorkerResponse>> RoutedMatching::shutdown_worker(
    CallContext context, role::v1::ShutdownWorkerRequest request) {
    const cluster::ViewPtr view = router_.view();
    Result<api::ShutdownWorkerResponse> answer = api::ShutdownWorkerResponse{};
    for (const std::string& address : router_.ring(*view).addresses()) {
        auto call = router_.call_at(&Matching::shutdown_worker, address, context, request);
        Result<api::ShutdownWorkerResponse> told = co_await std::move(call);
        if (!told.ok()) answer = std::move(told);
    }
    co_return answer;
}

Async<Result<api::DescribeTaskQueueResponse>> RoutedMatching::describe_task_queue(
    CallContext context, role::v1::DescribeTaskQueueRequest request) {
    std::string key =
        cluster::ring_key(request.namespace_id(), request.request().task_queue().name());
    return router_.call(&Matching::describe_task_queue, std::move(key), std::move(context),
                        std::move(request));
}

}  // namespace server::rpc

#include "server/rpc/routed_matching.h"

#include <optional>

#include "server/cluster/partition_name.h"
#include "server/state/v1/token.pb.h"
#include "temporal/api/enums/v1/task_queue.pb.h"

namespace server::rpc {

namespace {

namespace enums = ::temporal::api::enums::v1;

// A forwarded task or poll, and one of a sticky queue, goes where it says; others are spread.
bool is_spread(const role::v1::AddTaskRequest& request) {
    return request.forwarded_from().empty() && !request.sticky();
}

template <class PollRequest>
bool is_spread(const PollRequest& poll) {
    return poll.forwarded_from().empty() &&
           poll.request().task_queue().kind() != enums::TASK_QUEUE_KIND_STICKY;
}

}  // namespace

Async<Result<role::v1::AddTaskResponse>> RoutedMatching::add_task(
    CallContext context, role::v1::AddTaskRequest request) {
    const PartitionSpread::Queue queue{request.task().namespace_id(), request.task_queue(),
                                       request.task_queue_type()};
    const bool spread = is_spread(request);
    if (spread) {
        const int partition = spread_.next_for_task(queue);
        request.set_task_queue(cluster::partition_name(queue.name, partition));
    }
    // It stores the task, whoever has gone; a forwarded one is the caller's still.
    if (request.forwarded_from().empty()) context.cancellation = Cancellation::create();
    std::string key = cluster::ring_key(queue.namespace_id, request.task_queue());
    auto call =
        router_.call(&Matching::add_task, std::move(key), std::move(context), std::move(request));
    Result<role::v1::AddTaskResponse> answer = co_await std::move(call);
    if (spread && answer.ok()) spread_.learn_for_tasks(queue, answer->partitions());
    co_return answer;
}

std::unique_ptr<workflow::WaitingWorker> RoutedMatching::find_waiting_worker(
    const WorkerQueue& queue) {
    const PartitionSpread::Queue spread{queue.namespace_id, queue.name, queue.type};
    WorkerQueue partition = queue;
    if (!queue.sticky) {
        const int number = spread_.peek_for_task(spread);
        partition.name = cluster::partition_name(queue.name, number);
    }
    Matching* local = router_.find_local(cluster::ring_key(queue.namespace_id, partition.name));
    auto worker = local ? local->find_waiting_worker(partition) : nullptr;
    if (worker && !queue.sticky) spread_.next_for_task(spread);
    return worker;
}

// A poll keeps its partition when the partition moves.
template <class Response, class Request>
Async<Result<Response>> RoutedMatching::poll(Method<Response, Request> method, int type,
                                             CallContext context, Request request) {
    const PartitionSpread::Queue queue{request.namespace_id(),
                                       request.request().task_queue().name(), type};
    std::optional<PartitionSpread::OpenPoll> open;
    if (is_spread(request)) {
        open.emplace(spread_, queue);
        auto& polled = *request.mutable_request()->mutable_task_queue();
        polled.set_name(cluster::partition_name(queue.name, open->partition()));
        request.set_partitions(open->partitions());
    }
    std::string key = cluster::ring_key(queue.namespace_id, request.request().task_queue().name());
    auto call = router_.call(method, std::move(key), std::move(context), std::move(request));
    Result<Response> answer = co_await std::move(call);
    if (open && answer.ok()) spread_.learn_for_polls(queue, answer->partitions());
    co_return answer;
}

Async<Result<role::v1::PollWorkflowTaskQueueResponse>> RoutedMatching::poll_workflow_task_queue(
    CallContext context, role::v1::PollWorkflowTaskQueueRequest request) {
    return poll<role::v1::PollWorkflowTaskQueueResponse>(&Matching::poll_workflow_task_queue,
                                                         enums::TASK_QUEUE_TYPE_WORKFLOW,
                                                         std::move(context), std::move(request));
}

Async<Result<role::v1::PollActivityTaskQueueResponse>> RoutedMatching::poll_activity_task_queue(
    CallContext context, role::v1::PollActivityTaskQueueRequest request) {
    return poll<role::v1::PollActivityTaskQueueResponse>(&Matching::poll_activity_task_queue,
                                                         enums::TASK_QUEUE_TYPE_ACTIVITY,
                                                         std::move(context), std::move(request));
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

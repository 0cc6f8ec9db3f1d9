#include "server/matching/service.h"

#include <algorithm>

#include "server/matching/api/add_task.h"
#include "server/matching/api/poll_task_queue.h"
#include "server/matching/api/query.h"
#include "server/matching/api/shutdown_worker.h"

namespace server::matching {

Service::Service(Clock& clock, Random& random, Lanes& lanes, store::TaskQueues& task_queues,
                 Options options, telemetry::Registry* registry)
    : metrics_(registry ? *registry : own_registry_), clock_(clock), owner_(options.owner) {
    const std::size_t partitions_max =
        std::max<std::size_t>(1, options.partitions_max / lanes.size());
    for (std::size_t index = 0; index < lanes.size(); ++index) {
        auto environment = std::make_shared<Environment>(
            Environment{clock, random, task_queues, options, nullptr, nullptr, &metrics_});
        environment->lanes_in_cluster = lanes.size();
        environments_.push_back(std::move(environment));
        tables_.push_back(std::make_unique<PartitionTable>(*environments_[index],
                                                           lanes.for_key(index), partitions_max));
    }
}

void Service::connect(rpc::History& history, rpc::Matching* all) {
    for (const auto& environment : environments_) {
        environment->history = &history;
        environment->matching = all ? all : this;
    }
}

void Service::reconfigure(Options options) {
    options.owner = owner_;
    for (std::size_t index = 0; index < tables_.size(); ++index) {
        tables_[index]->lane().post(
            [environment = environments_[index], options] { environment->options = options; });
    }
}

PartitionTable& Service::table_of(const PartitionKey& key) {
    return *tables_[lane_key(key) % tables_.size()];
}

// `operation` is a literal.
template <class Response>
Async<Result<Response>> Service::measured(std::string_view operation, Lane& lane,
                                          Async<Result<Response>> call) {
    telemetry::MeasuredCall measure(metrics_.call(operation), clock_.now());
    auto result = co_await on(lane, std::move(call));
    measure.end(clock_.now(), result.status());
    co_return result;
}

Async<Result<role::v1::AddTaskResponse>> Service::add_task(rpc::CallContext context,
                                                           role::v1::AddTaskRequest request) {
    CO_TRY_ASSIGN(PartitionKey key, partition_of(request));
    PartitionTable& table = table_of(key);
    auto call = matching::add_task(table, std::move(key), std::move(context), std::move(request));
    co_return co_await measured("AddTask", table.lane(), std::move(call));
}

std::unique_ptr<workflow::WaitingWorker> Service::find_waiting_worker(
    const rpc::WorkerQueue& queue) {
    const PartitionKey key{queue.namespace_id, queue.name, queue.type, queue.sticky};
    PartitionTable& table = table_of(key);
    return table.lane().is_current() ? table.find_waiting_worker(key) : nullptr;
}

Async<Result<role::v1::PollWorkflowTaskQueueResponse>> Service::poll_workflow_task_queue(
    rpc::CallContext context, role::v1::PollWorkflowTaskQueueRequest request) {
    CO_TRY_ASSIGN(PartitionKey key, partition_of(request));
    PartitionTable& table = table_of(key);
    auto call = matching::poll_workflow_task_queue(table, std::move(key), std::move(context),
                                                   std::move(request));
    co_return co_await measured("PollWorkflowTaskQueue", table.lane(), std::move(call));
}

Async<Result<role::v1::PollActivityTaskQueueResponse>> Service::poll_activity_task_queue(
    rpc::CallContext context, role::v1::PollActivityTaskQueueRequest request) {
    CO_TRY_ASSIGN(PartitionKey key, partition_of(request));
    PartitionTable& table = table_of(key);
    auto call = matching::poll_activity_task_queue(table, std::move(key), std::move(context),
                                                   std::move(request));
    co_return co_await measured("PollActivityTaskQueue", table.lane(), std::move(call));
}

Async<Result<rpc::api::QueryWorkflowResponse>> Service::dispatch_query(
    rpc::CallContext context, role::v1::DispatchQueryRequest request) {
    CO_TRY_ASSIGN(PartitionKey key, partition_of(request));
    PartitionTable& table = table_of(key);
    auto call =
        matching::dispatch_query(table, std::move(key), std::move(context), std::move(request));
    co_return co_await measured("QueryWorkflow", table.lane(), std::move(call));
}

Async<Result<rpc::api::RespondQueryTaskCompletedResponse>> Service::respond_query_task_completed(
    rpc::CallContext, role::v1::RespondQueryTaskCompletedRequest request) {
    CO_TRY_ASSIGN(QueryAnswer answer, read_answer(std::move(request)));
    PartitionTable& table = table_of(answer.partition);
    auto call = answer_query(table, std::move(answer));
    CO_TRY(co_await on(table.lane(), std::move(call)));
    co_return rpc::api::RespondQueryTaskCompletedResponse{};
}

Async<Result<rpc::api::ShutdownWorkerResponse>> Service::shutdown_worker(
    rpc::CallContext, role::v1::ShutdownWorkerRequest request) {
    for (const auto& table : tables_) {
        auto call = matching::shutdown_worker(*table, request);
        co_await on(table->lane(), std::move(call));
    }
    co_return rpc::api::ShutdownWorkerResponse{};
}

Async<Result<rpc::api::DescribeTaskQueueResponse>> Service::describe_task_queue(
    rpc::CallContext, role::v1::DescribeTaskQueueRequest request) {
    CO_TRY_ASSIGN(DescribePlan plan, plan_description(std::move(request)));
    std::vector<PartitionDescription> descriptions;
    for (const PartitionKey& partition : plan.partitions) {
        auto call = describe(partition, plan);
        CO_TRY_ASSIGN(PartitionDescription description, co_await std::move(call));
        descriptions.push_back(std::move(description));
    }
    co_return compose_description(plan, std::move(descriptions));
}

// Of a root it is the whole queue, wherever the other partitions are.
Async<Result<PartitionDescription>> Service::describe(PartitionKey key, const DescribePlan& plan) {
    PartitionTable& table = table_of(key);
    auto call = describe_partition(table, key, plan.counts);
    CO_TRY_ASSIGN(PartitionDescription whole, co_await on(table.lane(), std::move(call)));
    const int highest = plan.is_one_partition ? 0 : whole.highest_child;
    for (int number = 1; number <= highest; ++number) {
        auto ask = describe_child(*environments_.front()->matching, sibling(key, number));
        CO_TRY_ASSIGN(rpc::api::DescribeTaskQueueResponse child, co_await std::move(ask));
        add_child(whole, std::move(child));
    }
    co_return whole;
}

void Service::assign(const cluster::ViewPtr& view, const std::string& address) {
    for (const auto& owned_table : tables_) {
        PartitionTable& table = *owned_table;
        table.lane().post([&table, view, address] { table.assign(view, address); });
    }
}

Async<void> Service::stop() {
    for (const auto& table : tables_) {
        auto call = table->stop();
        co_await on(table->lane(), std::move(call));
    }
}

}  // namespace server::matching

#include "tests/scale/matching_load.h"

#include "tests/support/await.h"
#include "tests/support/catch.h"

namespace server::tests {

namespace {

Async<void> add_some(MatchingCluster& cluster, const Load& load, std::atomic<int>& next,
                     std::latch& ended) {
    for (int number = next++; number < load.tasks; number = next++) {
        for (;;) {
            auto request = task_request(load, number, cluster.clock.now());
            auto call = cluster.matching().add_task(context_until(cluster.clock.now() + 10s),
                                                    std::move(request));
            const auto added = co_await std::move(call);
            if (added.ok()) break;
            co_await cluster.clock.sleep_for(10ms);
        }
    }
    ended.count_down();
}

Async<void> poll_some(MatchingCluster& cluster, const Load& load, Harvest& harvest, int worker,
                      std::size_t tasks, TimePoint latest, std::latch& ended) {
    while (harvest.tasks() < tasks && cluster.clock.now() < latest) {
        auto request = poll_request(load.queue, worker);
        auto call = cluster.matching().poll_workflow_task_queue(
            context_until(cluster.clock.now() + 2s), std::move(request));
        const auto polled = co_await std::move(call);
        const bool has_task = polled.ok() && !polled->response().task_token().empty();
        if (has_task) harvest.got(polled->response().task_token());
    }
    ended.count_down();
}

Async<Result<std::int64_t>> count_backlog(MatchingCluster& cluster, std::string queue) {
    role::v1::DescribeTaskQueueRequest request;
    request.set_namespace_id(kNamespace);
    request.mutable_request()->mutable_task_queue()->set_name(queue);
    request.mutable_request()->set_report_stats(true);
    auto call = cluster.matching().describe_task_queue({}, std::move(request));
    CO_TRY_ASSIGN(rpc::api::DescribeTaskQueueResponse described, co_await std::move(call));
    co_return described.stats().approximate_backlog_count();
}

}  // namespace

rpc::CallContext context_until(TimePoint deadline) {
    rpc::CallContext context;
    context.deadline = deadline;
    return context;
}

role::v1::PollWorkflowTaskQueueRequest poll_request(const std::string& queue, int worker) {
    role::v1::PollWorkflowTaskQueueRequest request;
    request.set_namespace_id(kNamespace);
    request.mutable_request()->mutable_task_queue()->set_name(queue);
    request.mutable_request()->set_identity("worker-" + std::to_string(worker));
    return request;
}

role::v1::AddTaskRequest task_request(const Load& load, int number, TimePoint now) {
    role::v1::AddTaskRequest request;
    request.set_task_queue(load.queue);
    request.set_task_queue_type(1);
    auto& task = *request.mutable_task();
    task.set_namespace_id(kNamespace);
    task.set_workflow_id("workflow-" + std::to_string(number));
    task.set_run_id("run-" + std::to_string(number));
    task.set_scheduled_event_id(2);
    task.set_created_ns(unix_nanos(now));
    if (load.fairness_keys > 0) {
        task.mutable_priority()->set_fairness_key("key-" +
                                                  std::to_string(number % load.fairness_keys));
    }
    return request;
}

Duration add_tasks(MatchingCluster& cluster, const Load& load) {
    const TimePoint begin = cluster.clock.now();
    std::atomic<int> next = 0;
    std::latch ended(load.adders);
    for (int adder = 0; adder < load.adders; ++adder) {
        cluster.callers.for_key(static_cast<std::size_t>(adder))
            .spawn(add_some(cluster, load, next, ended));
    }
    ended.wait();
    return cluster.clock.now() - begin;
}

Duration poll_tasks(MatchingCluster& cluster, const Load& load, Harvest& harvest, std::size_t tasks,
                    Duration at_most) {
    const TimePoint begin = cluster.clock.now();
    std::latch ended(load.pollers);
    for (int worker = 0; worker < load.pollers; ++worker) {
        cluster.callers.for_key(static_cast<std::size_t>(worker))
            .spawn(poll_some(cluster, load, harvest, worker, tasks, begin + at_most, ended));
    }
    ended.wait();
    return cluster.clock.now() - begin;
}

std::int64_t backlog_of(MatchingCluster& cluster, const std::string& queue) {
    return must(count_backlog(cluster, queue));
}

double per_second(std::size_t count, Duration took) {
    return static_cast<double>(count) / std::chrono::duration<double>(took).count();
}

}  // namespace server::tests

#include "tests/support/driver/waiting_workflows.h"

namespace server::driver {

namespace {

constexpr Duration kCallTimeout = 10s;
constexpr Duration kPollPause = 20ms;

Worker::Options worker_options(const std::string& task_queue) {
    Worker::Options worker;
    worker.task_queue = task_queue;
    return worker;
}

Workload::Options workload_options(const std::string& task_queue) {
    Workload::Options workload;
    workload.id_prefix = task_queue;
    workload.task_queue = task_queue;
    workload.priority = 1;
    workload.workflows_max = WaitingWorkflows::kCount;
    workload.at_once = WaitingWorkflows::kCount;
    return workload;
}

}  // namespace

WaitingWorkflows::WaitingWorkflows(std::string task_queue, Client& client, AcknowledgementLog& log,
                                   Lane& lane, Clock& clock, Random& random)
    : task_queue_(std::move(task_queue)), client_(client), clock_(clock),
      worker_(worker_options(task_queue_), client, log, lane, clock),
      workload_(workload_options(task_queue_), client, log, lane, clock, random) {}

Async<Status> WaitingWorkflows::start(Duration patience) {
    workload_.start();
    const TimePoint end = clock_.now() + patience;
    std::int64_t count = 0;
    while (clock_.now() < end) {
        count = co_await backlog_count();
        if (count == kCount) co_return ok_status();
        co_await clock_.sleep_for(kPollPause);
    }
    co_return unavailable("task queue " + task_queue_ + " has " + std::to_string(count) + " of " +
                          std::to_string(kCount) + " tasks in its backlog");
}

Async<std::int64_t> WaitingWorkflows::backlog_count() {
    api::DescribeTaskQueueRequest request;
    request.set_namespace_(client_.options().namespace_name);
    request.mutable_task_queue()->set_name(task_queue_);
    request.set_task_queue_type(enums::TASK_QUEUE_TYPE_WORKFLOW);
    request.set_report_stats(true);
    const auto described =
        co_await client_.call<api::DescribeTaskQueueResponse>(std::move(request), kCallTimeout);
    co_return described.ok() ? described->stats().approximate_backlog_count() : -1;
}

void WaitingWorkflows::stop() {
    worker_.stop();
    workload_.stop_starting();
}

Async<bool> WaitingWorkflows::ended(TimePoint deadline) {
    const bool worker_ended = co_await worker_.stopped(deadline);
    const bool workload_ended = co_await workload_.completed(deadline);
    co_return worker_ended&& workload_ended;
}

std::vector<std::string> WaitingWorkflows::surprises() const {
    std::vector<std::string> all = worker_.surprises();
    all.insert(all.end(), workload_.surprises().begin(), workload_.surprises().end());
    return all;
}

}  // namespace server::driver

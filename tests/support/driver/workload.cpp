#include "tests/support/driver/workload.h"

namespace server::driver {

namespace {

WorkflowCalls::Options calls_of(const Workload::Options& options) {
    return {.priority = options.priority,
            .workflow_task_timeout = options.workflow_task_timeout,
            .patience = options.patience};
}

}  // namespace

Workload::Workload(Options options, Client& client, AcknowledgementLog& log, Lane& lane,
                   Clock& clock, Random& random)
    : options_(std::move(options)), calls_(calls_of(options_), client, log), clock_(clock),
      random_(random), tasks_(lane, clock) {}

void Workload::start() {
    for (int slot = 0; slot < options_.at_once; ++slot) tasks_.spawn(one_after_another());
}

Async<void> Workload::one_after_another() {
    while (starting_ && next_ < options_.workflows_max) {
        const std::string workflow_id = options_.id_prefix + "-" + std::to_string(next_++);
        co_await run_one(workflow_id);
    }
}

Async<void> Workload::run_one(std::string workflow_id) {
    const TimePoint begin = clock_.now();
    const Result<std::string> run =
        co_await calls_.start(workflow_id, options_.task_queue, options_.shape);
    if (!run.ok()) co_return;
    common::WorkflowExecution execution;
    execution.set_workflow_id(workflow_id);
    execution.set_run_id(*run);
    start_latencies_.add(clock_.now() - begin);
    if (options_.shape.signal_count() > 0) tasks_.spawn(signal_all(execution));
    const auto runs = co_await calls_.result(execution);
    if (runs.ok()) workflow_latencies_.add(clock_.now() - begin);
}

// One after the other, so that their order in history is known.
Async<void> Workload::signal_all(common::WorkflowExecution execution) {
    for (int number = 0; number < options_.shape.signal_count(); ++number) {
        const auto longest = static_cast<std::uint64_t>(options_.signal_pause_max.count());
        if (longest > 0) {
            const Duration wait(static_cast<std::int64_t>(random_.below(longest)));
            co_await clock_.sleep_for(wait);
        }
        const TimePoint begin = clock_.now();
        const Status signaled = co_await calls_.signal(execution, number);
        if (signaled.ok()) signal_latencies_.add(clock_.now() - begin);
    }
}

}  // namespace server::driver

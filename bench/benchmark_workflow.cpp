// The second half of benchmark.h: what is done with one workflow.
#include "bench/benchmark.h"
#include "tests/support/driver/history_reader.h"

namespace server::bench {

namespace {

constexpr Duration kHistoryMax = 60s;
constexpr Duration kCountMax = 20s;

std::string numbers_below(int end) {
    std::string numbers;
    for (int number = 0; number < end; ++number) {
        numbers += (number > 0 ? " " : "") + std::to_string(number);
    }
    return numbers;
}

}  // namespace

Async<void> Benchmark::whole(int index, TimePoint due) {
    const bool begun = co_await begin(index, due);
    if (!begun) co_return;
    co_await play(index);
    co_await finish(index);
    if (!workflows_[static_cast<std::size_t>(index)].runs.empty()) {
        result_.latencies.add(clock_.now() - due);
    }
}

Async<bool> Benchmark::begin(int index, TimePoint due) {
    const auto number = static_cast<std::size_t>(index);
    if (workflows_.size() <= number) workflows_.resize(number + 1);
    workflows_[number].due = due;
    const std::string id = type_ + "-" + std::to_string(index);
    const Result<std::string> run =
        co_await calls_.start(id, task_queue(index % options_.task_queues), shape_of_number(index));
    if (!run.ok()) co_return false;
    workflows_[number].execution.set_workflow_id(id);
    workflows_[number].execution.set_run_id(*run);
    co_return true;
}

Async<void> Benchmark::play(int index) {
    co_await signal_in_order(index);
    co_await update(index);
}

// Before the last signal, which lets the workflow complete, a query has to see all the others.
Async<void> Benchmark::signal_in_order(int index) {
    const auto execution = workflows_[static_cast<std::size_t>(index)].execution;
    const int count = shape_of_number(index).signal_count();
    for (int number = 0; number < count; ++number) {
        if (number == count - 1) {
            const Result<std::string> seen = co_await calls_.query(execution);
            const std::string wanted = numbers_below(number);
            if (seen.ok() && *seen != wanted) {
                problem(execution.workflow_id() + " has seen the signals \"" + *seen +
                        "\" and not \"" + wanted + "\"");
            }
        }
        const Status signaled = co_await calls_.signal(execution, number);
        if (!signaled.ok()) co_return;
    }
}

Async<void> Benchmark::update(int index) {
    const auto execution = workflows_[static_cast<std::size_t>(index)].execution;
    for (int number = 0; number < shape_of_number(index).updates; ++number) {
        const Status updated = co_await calls_.update(execution, number);
        if (updated.ok()) continue;
        if (updated.code() == Code::Unimplemented) {
            result_.not_supported = updated.message();
            if (running_) running_->stop();
            const Status ended = co_await calls_.terminate(execution);
            if (!ended.ok()) problem("a workflow stays open: " + ended.message());
        }
        co_return;
    }
}

Async<void> Benchmark::finish(int index) {
    const auto number = static_cast<std::size_t>(index);
    if (workflows_[number].execution.run_id().empty()) co_return;
    auto runs = co_await calls_.result(workflows_[number].execution);
    if (!runs.ok()) co_return;
    const bool waited_for = options_.scenario.course == Scenario::Course::backlog;
    if (waited_for) result_.latencies.add(clock_.now() - workflows_[number].due);
    workflows_[number].runs = std::move(runs).value();
    ++ended_;
}

Async<void> Benchmark::open(int index, TimePoint due) {
    const bool begun = co_await begin(index, due);
    const bool is_measure = options_.scenario.course == Scenario::Course::idle;
    if (begun && is_measure) result_.latencies.add(clock_.now() - due);
}

Async<void> Benchmark::close(int index) {
    const auto execution = workflows_[static_cast<std::size_t>(index)].execution;
    if (execution.run_id().empty()) co_return;
    const Status signaled = co_await calls_.signal(execution, 0);
    if (signaled.ok()) co_await finish(index);
}

Async<void> Benchmark::call_health(TimePoint due) {
    const Status answered = co_await client_.check_health(driver::Client::kCallTimeout);
    if (!answered.ok()) {
        problem("health: " + answered.message());
        co_return;
    }
    result_.latencies.add(clock_.now() - due);
    ++result_.completed;
}

Async<void> Benchmark::check_one(int index) {
    const auto& workflow = workflows_[static_cast<std::size_t>(index)];
    const std::string id = workflow.execution.workflow_id();
    if (id.empty()) co_return;  // its start was never acknowledged
    std::vector<std::string> runs = workflow.runs;
    if (runs.empty()) runs.push_back(workflow.execution.run_id());
    std::vector<driver::RunHistory> chain;
    for (const std::string& run_id : runs) {
        RunKey key{options_.namespace_name, id, run_id};
        auto history = co_await driver::read_history(client_, std::move(key), kHistoryMax);
        if (!history.ok()) {
            verdict_.unreadable(id, history.status());
            co_return;
        }
        chain.push_back(std::move(history).value());
    }
    verdict_.judge(chain, shape_of_number(index));
}

// The count follows the histories where visibility has a database of its own.
Async<void> Benchmark::check_count() {
    std::int64_t expected = 0;
    for (std::size_t number = 0; number < workflows_.size(); ++number) {
        if (workflows_[number].runs.empty()) continue;
        expected += 1 + shape_of_number(static_cast<int>(number)).child_count();
    }
    driver::api::CountWorkflowExecutionsRequest request;
    request.set_namespace_(options_.namespace_name);
    request.set_query("WorkflowType = '" + type_ + "' AND ExecutionStatus = 'Completed'");
    const TimePoint end = clock_.now() + kCountMax;
    for (int tries = 0;; ++tries) {
        auto counted = co_await client_.persist<driver::api::CountWorkflowExecutionsResponse>(
            request, kHistoryMax);
        if (!counted.result.ok()) {
            problem("count: " + counted.result.status().message());
            co_return;
        }
        if (counted.result->count() == expected || clock_.now() >= end) {
            verdict_.compare_counts(counted.result->count(), expected);
            co_return;
        }
        co_await client_.pause(tries);
    }
}

}  // namespace server::bench

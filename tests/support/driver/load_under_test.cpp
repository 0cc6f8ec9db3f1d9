#include "tests/support/driver/load_under_test.h"

#include <cstdio>

#include "server/base/assert.h"

namespace server::driver {

namespace {

Client::Options client_options(const LoadUnderTest::Options& options) {
    Client::Options client;
    client.address = options.address;
    return client;
}

Worker::Options worker_options(const LoadUnderTest::Options& options) {
    Worker::Options worker;
    worker.task_queue = LoadUnderTest::task_queue();
    worker.patience = options.call_patience;
    return worker;
}

Workload::Options workload_options(const LoadUnderTest::Options& options) {
    Workload::Options workload;
    workload.shape = options.shape;
    workload.id_prefix = options.id_prefix;
    workload.task_queue = LoadUnderTest::task_queue();
    workload.workflows_max = 1'000'000;
    workload.at_once = options.workflows_at_once;
    workload.signal_pause_max = options.signal_pause_max;
    workload.workflow_task_timeout = options.workflow_task_timeout;
    workload.patience = options.call_patience;
    return workload;
}

}  // namespace

LoadUnderTest::LoadUnderTest(const Options& options, Lane& lane, Clock& clock, Random& random)
    : lane_(lane), clock_(clock), random_(random),
      client_(client_options(options), lane, clock, random),
      worker_(worker_options(options), client_, log_, lane, clock),
      workload_(workload_options(options), client_, log_, lane, clock, random) {}

void LoadUnderTest::start() {
    worker_.start();
    workload_.start();
}

Async<Status> LoadUnderTest::start_waiting(std::string task_queue) {
    waiting_.push_back(std::make_unique<WaitingWorkflows>(std::move(task_queue), client_, log_,
                                                          lane_, clock_, random_));
    co_return co_await waiting_.back()->start(kRecoveryMax);
}

void LoadUnderTest::serve_waiting() {
    for (const auto& workflows : waiting_) workflows->serve();
}

int LoadUnderTest::started() const {
    int count = workload_.started();
    for (const auto& workflows : waiting_) count += workflows->started();
    return count;
}

Async<Status> LoadUnderTest::wait_for_progress() {
    const std::size_t acknowledged = log_.entries().size();
    const TimePoint begin = clock_.now();
    while (clock_.now() < begin + kRecoveryMax) {
        if (log_.entries().size() > acknowledged) co_return ok_status();
        co_await clock_.sleep_for(1ms);
    }
    co_return unavailable("the server runs and nothing was acknowledged for " +
                          in_milliseconds(kRecoveryMax));
}

Async<bool> LoadUnderTest::complete(Duration patience) {
    workload_.stop_starting();
    const TimePoint begin = clock_.now();
    bool completed = co_await workload_.completed(begin + patience);
    for (const auto& workflows : waiting_) {
        const bool these = co_await workflows->completed(begin + patience);
        if (!these) std::printf("task queue %s is stuck\n", workflows->task_queue().c_str());
        completed = completed && these;
    }
    std::printf("%d workflows started; the last %s %s after the last fault\n", started(),
                completed ? "completed" : "had not completed",
                in_milliseconds(clock_.now() - begin).c_str());
    co_return completed;
}

Async<void> LoadUnderTest::stop() {
    worker_.stop();
    workload_.stop_starting();
    for (const auto& workflows : waiting_) workflows->stop();
    client_.close();
    const TimePoint end = clock_.now() + kRecoveryMax;
    const bool worker_ended = co_await worker_.stopped(end);
    bool workload_ended = co_await workload_.completed(end);
    for (const auto& workflows : waiting_) {
        const bool ended = co_await workflows->ended(end);
        workload_ended = workload_ended && ended;
    }
    ASSERT(worker_ended && workload_ended, "the driver's own coroutines have not ended");
}

Check LoadUnderTest::answers() const {
    Check answers{.sentence = "every answer of the server was one that fits"};
    for (const std::string& text : worker_.surprises()) answers.violated(text);
    for (const std::string& text : workload_.surprises()) answers.violated(text);
    for (const auto& workflows : waiting_) {
        for (const std::string& text : workflows->surprises()) answers.violated(text);
    }
    return answers;
}

void LoadUnderTest::print_summary() const {
    using Kind = Acknowledgement::Kind;
    std::printf("acknowledged: %zu starts, %zu signals, %zu workflow tasks, %zu activities\n",
                log_.count(Kind::started), log_.count(Kind::signaled),
                log_.count(Kind::workflow_task_completed), log_.count(Kind::activity_completed));
    std::printf("calls: %zu, repeated %zu\n", client_.calls(), client_.retries());
    std::printf("%-26s%s\n", "workflow, start to result",
                workload_.workflow_latencies().summary().c_str());
}

}  // namespace server::driver

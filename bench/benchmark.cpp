#include "bench/benchmark.h"

#include <algorithm>

#include "server/base/assert.h"

namespace server::bench {

namespace {

using Course = Scenario::Course;

constexpr Duration kConnectMax = 10s;
constexpr Duration kCallMax = 60s;
constexpr Duration kTick = 500ms;
constexpr Duration kStandstillMax = 10min;
constexpr Duration kStopMax = 60s;
constexpr int kPollersMin = 4;
constexpr int kPollersMax = 64;

driver::Client::Options client_options(const Options& options) {
    return {.address = options.address,
            .namespace_name = options.namespace_name,
            .identity = "temporal-bench",
            .connections = options.connections};
}

}  // namespace

Benchmark::Benchmark(Options options, Say say, Lane& lane, Clock& clock, Random& random)
    : options_(std::move(options)), say_(std::move(say)), lane_(lane), clock_(clock),
      client_(client_options(options_), lane, clock, random),
      type_("bench-" + random.uuid().substr(0, 8)),
      calls_({.workflow_type = type_, .workflow_task_timeout = kCallMax}, client_, log_) {
    log_.keep_nothing();
    result_.scenario = options_.scenario.name;
}

Async<Status> Benchmark::run() {
    say_("phase connecting");
    CO_TRY(co_await connect());
    co_await measure();
    if (options_.scenario.course != Course::echo && result_.not_supported.empty()) {
        say_("phase checking");
        co_await check();
    }
    co_await stop();
    say_("phase done");
    co_return ok_status();
}

Async<Status> Benchmark::connect() {
    driver::api::GetSystemInfoRequest request;
    auto info = co_await client_.persist<driver::api::GetSystemInfoResponse>(request, kConnectMax);
    if (info.result.ok()) co_return ok_status();
    co_return unavailable("no server answers at " + options_.address + ": " +
                          info.result.status().message());
}

// Of many queues each has two polls; a single one has more, half of its workflow polls sticky.
void Benchmark::start_workers() {
    for (int number = 0; number < options_.task_queues; ++number) {
        driver::Worker::Options worker;
        worker.task_queue = task_queue(number);
        worker.patience = kCallMax;
        worker.sticky = options_.task_queues == 1;
        const int pollers = std::clamp(options_.concurrency, kPollersMin, kPollersMax);
        worker.workflow_pollers = worker.sticky ? pollers : 1;
        worker.activity_pollers = worker.sticky ? pollers : 1;
        workers_.push_back(
            std::make_unique<driver::Worker>(std::move(worker), client_, log_, lane_, clock_));
        workers_.back()->start();
    }
}

Async<void> Benchmark::measure() {
    switch (options_.scenario.course) {
    case Course::steady: co_await steady(); break;
    case Course::backlog: co_await backlog(); break;
    case Course::idle: co_await idle(); break;
    case Course::echo: co_await echo(); break;
    }
}

Async<void> Benchmark::steady() {
    start_workers();
    say_("phase measuring");
    Loop loop = loop_of({options_.count, options_.concurrency, options_.rate, options_.duration},
                        [this](int index, TimePoint due) { return whole(index, due); });
    const TimePoint begin = clock_.now();
    co_await to_the_end(loop);
    result_.seconds = std::chrono::duration<double>(clock_.now() - begin).count();
}

Async<void> Benchmark::backlog() {
    say_("phase measuring");
    Loop build_up =
        loop_of({options_.count, options_.concurrency, options_.rate, options_.duration},
                [this](int index, TimePoint due) { return open(index, due); });
    co_await to_the_end(build_up);
    say_("phase draining");
    start_workers();
    Loop drain = loop_of(over_all(), [this](int index, TimePoint) { return finish(index); });
    const TimePoint begin = clock_.now();
    co_await to_the_end(drain);
    result_.seconds = std::chrono::duration<double>(clock_.now() - begin).count();
}

Async<void> Benchmark::idle() {
    start_workers();
    say_("phase measuring");
    Loop opening = loop_of({options_.count, options_.concurrency, options_.rate, Duration{}},
                           [this](int index, TimePoint due) { return open(index, due); });
    const TimePoint begin = clock_.now();
    co_await to_the_end(opening);
    result_.seconds = std::chrono::duration<double>(clock_.now() - begin).count();
    say_("phase open");
    co_await clock_.sleep_for(options_.duration);
    say_("phase closing");
    Loop closing = loop_of(over_all(), [this](int index, TimePoint) { return close(index); });
    co_await to_the_end(closing);
}

Async<void> Benchmark::echo() {
    say_("phase measuring");
    Loop loop = loop_of({options_.count, options_.concurrency, options_.rate, options_.duration},
                        [this](int, TimePoint due) { return call_health(due); });
    const TimePoint begin = clock_.now();
    co_await to_the_end(loop);
    result_.seconds = std::chrono::duration<double>(clock_.now() - begin).count();
}

Loop Benchmark::loop_of(Loop::Options options, Loop::Work work) {
    return Loop(options, std::move(work), lane_, clock_);
}

Loop::Options Benchmark::over_all() const {
    return {.count = static_cast<int>(workflows_.size()), .at_once = options_.concurrency};
}

Async<void> Benchmark::to_the_end(Loop& loop) {
    running_ = &loop;
    loop.start();
    std::pair<int, std::size_t> last{};
    TimePoint moved = clock_.now();
    for (;;) {
        const bool ended = co_await loop.ended(clock_.now() + kTick);
        say_("progress " + std::to_string(client_.calls()) + " " + std::to_string(ended_));
        if (ended) break;
        const std::pair<int, std::size_t> now{loop.begun(), ended_};
        if (now != last) moved = clock_.now();
        last = now;
        if (clock_.now() < moved + kStandstillMax || client_.closing()) continue;
        problem("nothing has ended for " +
                std::to_string(
                    std::chrono::duration_cast<std::chrono::seconds>(kStandstillMax).count()) +
                " s");
        loop.stop();
        client_.close();
    }
    running_ = nullptr;
}

Async<void> Benchmark::check() {
    Loop::Options options = over_all();
    Loop loop = loop_of(options, [this](int index, TimePoint) { return check_one(index); });
    co_await to_the_end(loop);
    co_await check_count();
    result_.completed = verdict_.completed();
    result_.lost = verdict_.lost();
    result_.doubled = verdict_.doubled();
    for (const std::string& text : verdict_.problems()) problem(text);
    for (const std::string& text : calls_.surprises()) problem(text);
    for (const auto& worker : workers_) {
        for (const std::string& text : worker->surprises()) problem(text);
    }
}

Async<void> Benchmark::stop() {
    for (const auto& worker : workers_) worker->stop();
    client_.close();
    const TimePoint end = clock_.now() + kStopMax;
    for (const auto& worker : workers_) {
        const bool ended = co_await worker->stopped(end);
        ASSERT(ended, "the worker's own coroutines have not ended");
    }
}

std::string Benchmark::task_queue(int number) const { return type_ + "-" + std::to_string(number); }

Shape Benchmark::shape_of_number(int index) const {
    return shape_of(options_.scenario, options_.payload_bytes, index);
}

void Benchmark::problem(std::string text) {
    constexpr std::size_t kProblemsMax = 20;
    if (result_.problems.size() < kProblemsMax) result_.problems.push_back(std::move(text));
}

}  // namespace server::bench

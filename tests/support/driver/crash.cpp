#include "tests/support/driver/crash.h"

#include <algorithm>
#include <cstdio>

#include "server/base/assert.h"
#include "tests/support/driver/stored_runs.h"

namespace server::driver {

namespace {

constexpr Duration kRecoveryMax = 30s;
constexpr int kStopMs = 10'000;
// Between a recovery and the next kill.
constexpr Duration kPauseMin = 300ms;
constexpr Duration kPauseMax = 2'500ms;
// One kill in this many hits a server that is still starting.
constexpr std::uint64_t kEarlyKills = 8;
constexpr Duration kEarlyMax = 150ms;

Shape shape_of_crash() {
    Shape shape;
    shape.rounds = 3;
    shape.activities = 2;
    shape.timers = 1;
    shape.signals = 1;
    shape.timer_max = 2s;
    shape.activity_timeout = 3s;
    shape.failing_activities_percent = 20;
    return shape;
}

Worker::Options worker_options() {
    Worker::Options options;
    options.patience = 120s;
    return options;
}

Workload::Options workload_options(int at_once) {
    Workload::Options options;
    options.shape = shape_of_crash();
    options.id_prefix = "crash";
    options.workflows_max = 1'000'000;
    options.at_once = at_once;
    options.signal_pause_max = 1'500ms;
    options.workflow_task_timeout = 3s;
    options.patience = 120s;
    return options;
}

Duration random_duration(Random& random, Duration least, Duration most) {
    const auto range = static_cast<std::uint64_t>((most - least).count());
    return least + Duration(static_cast<std::int64_t>(random.below(range)));
}

}  // namespace

CrashTest::CrashTest(Options options, Lane& lane, Clock& clock, Random& random)
    : options_(std::move(options)), clock_(clock), random_(random),
      port_(free_port(static_cast<unsigned>(random.next()))),
      server_(command(), options_.directory + "/server.log"),
      client_(client_options(), lane, clock, random),
      worker_(worker_options(), client_, log_, lane, clock),
      workload_(workload_options(options_.workflows_at_once), client_, log_, lane, clock, random) {}

Client::Options CrashTest::client_options() const {
    Client::Options options;
    options.address = "127.0.0.1:" + std::to_string(port_);
    return options;
}

std::vector<std::string> CrashTest::command() const {
    return {options_.server, "server", "start-dev",           "--headless",    "--ip",
            "127.0.0.1",     "--port", std::to_string(port_), "--db-filename", database_file()};
}

Async<Status> CrashTest::run() {
    CO_TRY(log_.write_to(options_.directory + "/acknowledgements.log"));
    if (port_ == 0) co_return unavailable("no free port for the server");
    Status status = co_await recover();
    if (status.ok()) {
        worker_.start();
        workload_.start();
        status = co_await kill_repeatedly();
    }
    if (status.ok()) status = co_await finish();
    co_await stop_clients();
    co_return status;
}

// Starts the server and waits until it answers.
Async<Status> CrashTest::recover() {
    const TimePoint begin = clock_.now();
    CO_TRY(server_.start());
    while (clock_.now() < begin + kRecoveryMax) {
        api::GetSystemInfoRequest request;
        const Result<api::GetSystemInfoResponse> info =
            co_await client_.call<api::GetSystemInfoResponse>(request, 1s);
        if (info.ok()) {
            ready_.add(clock_.now() - begin);
            co_return ok_status();
        }
        if (!server_.running()) co_return unavailable("the server has ended by itself");
        co_await clock_.sleep_for(5ms);
    }
    co_return unavailable("the server was not ready within " + in_milliseconds(kRecoveryMax) +
                          " after its start");
}

Async<Status> CrashTest::kill_repeatedly() {
    for (int number = 1; number <= options_.kills; ++number) {
        const Duration pause = random_duration(random_, kPauseMin, kPauseMax);
        co_await clock_.sleep_for(pause);
        if (!server_.running()) co_return unavailable("the server has ended by itself");
        server_.kill();
        // Answers that were on their way count.
        co_await clock_.sleep_for(50ms);
        check_now(false);
        if (random_.below(kEarlyKills) == 0) {
            CO_TRY(server_.start());
            const Duration early = random_duration(random_, Duration{}, kEarlyMax);
            co_await clock_.sleep_for(early);
            server_.kill();
            ++early_kills_;
        }
        const std::size_t acknowledged = log_.entries().size();
        const TimePoint begin = clock_.now();
        CO_TRY(co_await recover());
        CO_TRY(co_await wait_for_progress(acknowledged, begin));
        std::printf("kill %d after %s: ready in %s, first acknowledgement after %s\n", number,
                    in_milliseconds(pause).c_str(), in_milliseconds(ready_.last()).c_str(),
                    in_milliseconds(first_acknowledgement_.last()).c_str());
        std::fflush(stdout);
    }
    co_return ok_status();
}

Async<Status> CrashTest::wait_for_progress(std::size_t acknowledged, TimePoint begin) {
    while (clock_.now() < begin + kRecoveryMax) {
        if (log_.entries().size() > acknowledged) {
            first_acknowledgement_.add(clock_.now() - begin);
            co_return ok_status();
        }
        co_await clock_.sleep_for(1ms);
    }
    co_return unavailable("the server runs and nothing was acknowledged for " +
                          in_milliseconds(kRecoveryMax));
}

Async<Status> CrashTest::finish() {
    workload_.stop_starting();
    const TimePoint begin = clock_.now();
    const bool completed = co_await workload_.completed(begin + options_.patience);
    std::printf("%d workflows started; the last %s %s after the last kill\n", workload_.started(),
                completed ? "completed" : "had not completed",
                in_milliseconds(clock_.now() - begin).c_str());
    Check stop{.sentence = "the server stops cleanly"};
    const Status stopped = server_.stop(kStopMs);
    if (!stopped.ok()) stop.violated(stopped.message());
    Check answers{.sentence = "every answer of the server was one that fits"};
    for (const std::string& text : worker_.surprises()) answers.violated(text);
    for (const std::string& text : workload_.surprises()) answers.violated(text);
    merge({stop, answers});
    check_now(true);
    co_return ok_status();
}

Async<void> CrashTest::stop_clients() {
    worker_.stop();
    workload_.stop_starting();
    client_.close();
    const TimePoint end = clock_.now() + kRecoveryMax;
    const bool worker_ended = co_await worker_.stopped(end);
    const bool workload_ended = co_await workload_.completed(end);
    ASSERT(worker_ended && workload_ended, "the driver's own coroutines have not ended");
}

void CrashTest::check_now(bool completed) {
    const std::size_t acknowledged = log_.entries().size();
    const Result<StoredRuns> stored =
        completed ? load_stored_runs(database_file())
                  : load_copy_of(database_file(), options_.directory + "/copy.db");
    Check open{.sentence = "the database file can be opened"};
    if (!stored.ok()) open.violated(stored.status().message());
    merge({open});
    if (!stored.ok()) return;
    events_checked_ += stored->event_count();
    merge(stored->checks());
    merge(check_histories(stored->histories, completed));
    merge(check_acknowledgements(log_, acknowledged, stored->histories));
    if (completed) histories_ = stored->histories;
}

void CrashTest::merge(std::vector<Check> found) {
    for (Check& check : found) {
        const auto known = std::find_if(checks_.begin(), checks_.end(), [&](const Check& other) {
            return other.sentence == check.sentence;
        });
        if (known == checks_.end()) {
            checks_.push_back(std::move(check));
        } else {
            known->add(check);
        }
    }
}

void CrashTest::print_summary() const {
    using Kind = Acknowledgement::Kind;
    std::printf("acknowledged: %zu starts, %zu signals, %zu workflow tasks, %zu activities\n",
                log_.count(Kind::started), log_.count(Kind::signaled),
                log_.count(Kind::workflow_task_completed), log_.count(Kind::activity_completed));
    std::printf("kills while starting up: %d; events checked: %zu\n", early_kills_,
                events_checked_);
    std::printf("calls: %zu, repeated %zu\n", client_.calls(), client_.retries());
    std::printf("%-26s%s\n", "server ready", ready_.summary().c_str());
    std::printf("%-26s%s\n", "first acknowledgement", first_acknowledgement_.summary().c_str());
    std::printf("%-26s%s\n", "timers fired late by", timer_lateness(histories_).summary().c_str());
    std::printf("%-26s%s\n", "workflow, start to result",
                workload_.workflow_latencies().summary().c_str());
}

}  // namespace server::driver

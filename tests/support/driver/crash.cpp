#include "tests/support/driver/crash.h"

#include <algorithm>
#include <cstdio>

#include "tests/support/driver/stored_runs.h"

namespace server::driver {

namespace {

constexpr Duration kRecoveryMax = LoadUnderTest::kRecoveryMax;
constexpr int kStopMs = 10'000;
// Between a recovery and the next kill.
constexpr Duration kPauseMin = 300ms;
constexpr Duration kPauseMax = 2'500ms;
// One kill in this many hits a server that is still starting.
constexpr std::uint64_t kEarlyKills = 8;
constexpr Duration kEarlyMax = 150ms;
// A disk that is given a slice of room fills again within this.
constexpr Duration kFillMax = 60s;
// Clients whose every call is refused hear nothing for so long.
constexpr Duration kSilence = 300ms;

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

Duration random_duration(Random& random, Duration least, Duration most) {
    const auto range = static_cast<std::uint64_t>((most - least).count());
    return least + Duration(static_cast<std::int64_t>(random.below(range)));
}

}  // namespace

CrashTest::CrashTest(Options options, Lane& lane, Clock& clock, Random& random)
    : options_(std::move(options)), clock_(clock), random_(random),
      port_(free_port(static_cast<unsigned>(random.next()))),
      server_(command(), options_.directory + "/server.log"),
      load_(load_options(), lane, clock, random) {}

LoadUnderTest::Options CrashTest::load_options() const {
    LoadUnderTest::Options options;
    options.address = "127.0.0.1:" + std::to_string(port_);
    options.id_prefix = "crash";
    options.shape = shape_of_crash();
    options.workflows_at_once = options_.workflows_at_once;
    options.signal_pause_max = 1'500ms;
    options.workflow_task_timeout = 3s;
    return options;
}

std::vector<std::string> CrashTest::command() const {
    return {options_.server, "server", "start-dev",           "--headless",    "--ip",
            "127.0.0.1",     "--port", std::to_string(port_), "--db-filename", database_file()};
}

Async<Status> CrashTest::run() {
    CO_TRY(load_.write_to(options_.directory + "/acknowledgements.log"));
    if (port_ == 0) co_return unavailable("no free port for the server");
    Status status = co_await recover();
    if (status.ok()) {
        load_.start();
        status = co_await kill_repeatedly();
    }
    if (status.ok() && options_.full_disks > 0) status = co_await fill_repeatedly();
    if (status.ok()) status = co_await finish();
    co_await load_.stop();
    co_return status;
}

// Starts the server and waits until it answers.
Async<Status> CrashTest::recover() {
    const TimePoint begin = clock_.now();
    CO_TRY(server_.start());
    while (clock_.now() < begin + kRecoveryMax) {
        api::GetSystemInfoRequest request;
        const Result<api::GetSystemInfoResponse> info =
            co_await load_.client().call<api::GetSystemInfoResponse>(request, 1s);
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
        if (random_.below(kEarlyKills) == 0) co_await kill_early();
        const TimePoint begin = clock_.now();
        CO_TRY(co_await recover());
        CO_TRY(co_await load_.wait_for_progress());
        first_acknowledgement_.add(clock_.now() - begin);
        std::printf("kill %d after %s: ready in %s, first acknowledgement after %s\n", number,
                    in_milliseconds(pause).c_str(), in_milliseconds(ready_.last()).c_str(),
                    in_milliseconds(first_acknowledgement_.last()).c_str());
        std::fflush(stdout);
    }
    co_return ok_status();
}

// A server that is still starting.
Async<void> CrashTest::kill_early() {
    if (!server_.start().ok()) co_return;  // recover() tells why
    const Duration early = random_duration(random_, Duration{}, kEarlyMax);
    co_await clock_.sleep_for(early);
    server_.kill();
    ++early_kills_;
}

// Half of the time the server is killed while nothing can be written.
Async<Status> CrashTest::fill_repeatedly() {
    FullDisk disk(options_.disk, options_.full_disks);
    CO_TRY(disk.fill());
    for (int number = 1; number <= options_.full_disks; ++number) {
        CO_TRY(co_await wait_until_full(disk));
        if (!server_.running()) co_return unavailable("the server has ended by itself");
        const bool killed = random_.below(2) == 0;
        if (killed) {
            server_.kill();
            co_await clock_.sleep_for(50ms);
            check_now(false);
        }
        disk.give_room();
        const TimePoint begin = clock_.now();
        if (killed) CO_TRY(co_await recover());
        CO_TRY(co_await load_.wait_for_progress());
        after_full_disk_.add(clock_.now() - begin);
        std::printf("disk full %d%s: with room again, first acknowledgement after %s\n", number,
                    killed ? ", killed" : "", in_milliseconds(after_full_disk_.last()).c_str());
        std::fflush(stdout);
    }
    disk.give_all();
    co_return ok_status();
}

// Nothing is acknowledged any more, and there is no room.
Async<Status> CrashTest::wait_until_full(FullDisk& disk) {
    const TimePoint begin = clock_.now();
    TimePoint last = begin;
    for (std::size_t seen = 0; clock_.now() < begin + kFillMax;) {
        const std::size_t acknowledged = load_.log().entries().size();
        if (acknowledged != seen) last = clock_.now();
        seen = acknowledged;
        if (disk.is_full() && clock_.now() > last + kSilence) co_return ok_status();
        co_await clock_.sleep_for(10ms);
    }
    co_return unavailable("the disk was not full after " + in_milliseconds(kFillMax));
}

Async<Status> CrashTest::finish() {
    const bool completed = co_await load_.complete(options_.patience);
    Check stop{.sentence = "the server stops cleanly"};
    const Status stopped = server_.stop(kStopMs);
    if (!stopped.ok()) stop.violated(stopped.message());
    merge(checks_, {stop, load_.answers()});
    check_now(true);
    if (!completed) co_return unavailable("workflows are stuck");
    co_return ok_status();
}

void CrashTest::check_now(bool completed) {
    const std::size_t acknowledged = load_.log().entries().size();
    const Result<StoredRuns> stored =
        completed ? load_stored_runs(database_file())
                  : load_copy_of(database_file(), options_.directory + "/copy.db");
    Check open{.sentence = "the database file can be opened"};
    if (!stored.ok()) open.violated(stored.status().message());
    merge(checks_, {open});
    if (!stored.ok()) return;
    events_checked_ += stored->event_count();
    merge(checks_, stored->checks());
    merge(checks_, check_histories(stored->histories, completed));
    merge(checks_, check_acknowledgements(load_.log(), acknowledged, stored->histories));
    if (completed) histories_ = stored->histories;
}

void CrashTest::print_summary() const {
    load_.print_summary();
    std::printf("kills while starting up: %d; events checked: %zu\n", early_kills_,
                events_checked_);
    std::printf("%-26s%s\n", "server ready", ready_.summary().c_str());
    std::printf("%-26s%s\n", "first acknowledgement", first_acknowledgement_.summary().c_str());
    std::printf("%-26s%s\n", "after a full disk", after_full_disk_.summary().c_str());
    std::printf("%-26s%s\n", "timers fired late by", timer_lateness(histories_).summary().c_str());
}

}  // namespace server::driver

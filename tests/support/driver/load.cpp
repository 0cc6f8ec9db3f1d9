#include "tests/support/driver/load.h"

#include <algorithm>
#include <cstdio>

#include "server/base/assert.h"
#include "tests/support/driver/history_reader.h"

namespace server::driver {

namespace {

constexpr Duration kConnectMax = 10s;
constexpr Duration kCompletionMax = 10min;
constexpr Duration kStopMax = 30s;

}  // namespace

LoadTest::LoadTest(Options options, Lane& lane, Clock& clock, Random& random)
    : options_(std::move(options)), clock_(clock), client_(options_.client, lane, clock, random),
      worker_(options_.worker, client_, log_, lane, clock),
      workload_(options_.workload, client_, log_, lane, clock, random) {}

Async<Status> LoadTest::run() {
    if (!options_.acknowledgements.empty()) CO_TRY(log_.write_to(options_.acknowledgements));
    CO_TRY(co_await connect());
    worker_.start();
    const Status status = co_await run_workflows();
    if (options_.check && status.ok()) co_await check_histories_of_all();
    worker_.stop();
    client_.close();
    const TimePoint end = clock_.now() + kStopMax;
    const bool worker_ended = co_await worker_.stopped(end);
    const bool workload_ended = co_await workload_.completed(end);
    ASSERT(worker_ended && workload_ended, "the driver's own coroutines have not ended");
    co_return status;
}

Async<Status> LoadTest::connect() {
    api::GetSystemInfoRequest request;
    auto info = co_await client_.persist<api::GetSystemInfoResponse>(request, kConnectMax);
    if (info.result.ok()) co_return ok_status();
    co_return unavailable("no server answers at " + options_.client.address + ": " +
                          info.result.status().message());
}

Async<Status> LoadTest::run_workflows() {
    const TimePoint begin = clock_.now();
    workload_.start();
    TimePoint end = begin + kCompletionMax;
    if (options_.seconds > Duration{}) {
        const bool early = co_await workload_.completed(begin + options_.seconds);
        workload_.stop_starting();
        end = early ? clock_.now() : end + options_.seconds;
    }
    const bool completed = co_await workload_.completed(end);
    took_ = clock_.now() - begin;
    if (!completed) {
        co_return unavailable("workflows have not completed within " +
                              in_milliseconds(kCompletionMax));
    }
    co_return ok_status();
}

Async<void> LoadTest::check_histories_of_all() {
    checks_ = co_await check_all_histories(client_, log_, options_.workload.patience);
    Check answers{.sentence = "every answer of the server was one that fits"};
    for (const std::string& text : worker_.surprises()) answers.violated(text);
    for (const std::string& text : workload_.surprises()) answers.violated(text);
    checks_.push_back(std::move(answers));
}

void LoadTest::print_summary() const {
    const double seconds = std::chrono::duration<double>(took_).count();
    const std::size_t completed = log_.count(Acknowledgement::Kind::closed);
    std::printf("%zu workflows in %.2f s: %.1f workflows/s\n", completed, seconds,
                static_cast<double>(completed) / std::max(seconds, 1e-9));
    std::printf("calls: %zu, repeated %zu\n", client_.calls(), client_.retries());
    std::printf("%-26s%s\n", "start call", workload_.start_latencies().summary().c_str());
    if (workload_.signal_latencies().count() > 0) {
        std::printf("%-26s%s\n", "signal call", workload_.signal_latencies().summary().c_str());
    }
    std::printf("%-26s%s\n", "workflow, start to result",
                workload_.workflow_latencies().summary().c_str());
    for (const std::string& text : worker_.surprises()) std::printf("surprise: %s\n", text.c_str());
    for (const std::string& text : workload_.surprises()) {
        std::printf("surprise: %s\n", text.c_str());
    }
}

}  // namespace server::driver

// What a call between two processes costs: both ends run here, over loopback, so the processor time
// printed is the sum of caller and callee.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>

#include "server/rpc/cluster_proof.h"
#include "tests/support/catch.h"
#include "tests/support/role_edge.h"

using namespace server;
using namespace server::tests;

namespace {

constexpr int kCallsPerLoop = 500;

double processor_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Tally {
    std::vector<Duration> latencies;
    int failures = 0;
};

// One caller that makes a call after the other.
Async<bool> call_in_a_row(Caller& caller, const WatchRequest& request, Tally& tally) {
    for (int index = 0; index < kCallsPerLoop; ++index) {
        const TimePoint begin = caller.clock.now();
        rpc::CallContext context;
        WatchRequest copy = request;
        const auto answer = co_await caller.remote.watch(std::move(context), std::move(copy));
        tally.latencies.push_back(caller.clock.now() - begin);
        if (!answer.ok()) ++tally.failures;
    }
    co_return true;
}

double microseconds(Duration duration) { return static_cast<double>(duration.count()) / 1e3; }

void measure(Caller& caller, int loops, std::size_t bytes) {
    WatchRequest request;
    request.set_host_id(std::string(bytes, 'x'));
    Tally tally;
    std::vector<Async<bool>> works;
    for (int index = 0; index < loops; ++index) {
        works.push_back(call_in_a_row(caller, request, tally));
    }
    const double before = processor_seconds();
    const TimePoint begin = caller.clock.now();
    await_all(std::move(works));
    const double used = processor_seconds() - before;
    const Duration took = caller.clock.now() - begin;
    const auto count = tally.latencies.size();
    std::sort(tally.latencies.begin(), tally.latencies.end());
    std::printf(
        "internal call, %4d at once, %6zu bytes each way: %6.1f us CPU, p50 %7.0f us, "
        "p99 %7.0f us, %7.0f calls/s\n",
        loops, bytes, used * 1e6 / static_cast<double>(count),
        microseconds(tally.latencies[count / 2]), microseconds(tally.latencies[count * 99 / 100]),
        static_cast<double>(count) / (microseconds(took) / 1e6));
    CHECK(tally.failures == 0);
    CHECK(used * 1e6 / static_cast<double>(count) < 2000);  // far above: this is no benchmark
}

}  // namespace

TEST_CASE("the cost of an internal call, proof included", "[timing]") {
    AnsweringPeer callee([](const rpc::CallContext&, const WatchRequest& request) {
        WatchResponse response;
        response.set_host_id(request.host_id());
        return WatchResult(response);
    });
    SystemClock clock;
    rpc::ClusterProof proof("6f2a0d7e-6a50-4a4e-9f0c-0e6d6f3b7c11", std::string(32, 's'), clock);
    auto options = RoleEdge::default_options();
    options.authenticate = proof.guard("");
    RoleEdge edge;
    edge.start(callee, options);
    rpc::Peers::Options peers;
    peers.prove = [&proof](std::string_view path, std::string_view address) {
        return proof.make(path, address);
    };
    Caller caller(edge.address(), std::move(peers));
    REQUIRE(caller.watch().ok());
    measure(caller, 1, 200);
    measure(caller, 16, 200);
    measure(caller, 64, 200);
    measure(caller, 64, 4000);
    measure(caller, 4, 100'000);
}

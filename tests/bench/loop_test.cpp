#include "bench/loop.h"

#include "bench/histogram.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::bench;

namespace {

// A server that takes `service` for each piece, and what its clients saw.
struct Served {
    int running = 0;
    int most_at_once = 0;
    Histogram latencies;
    std::vector<Duration> due;  // since the start
};

Async<void> serve_one(Served& served, FakeClock& clock, Duration service, TimePoint due) {
    served.due.push_back(due - kEpoch);
    served.most_at_once = std::max(served.most_at_once, ++served.running);
    co_await clock.sleep_for(service);
    --served.running;
    served.latencies.add(clock.now() - due);
}

Served serve(Loop::Options options, Duration service) {
    boost::asio::io_context context(1);
    FakeClock clock(context, kEpoch);
    Lane lane("loop", &context);
    Served served;
    Loop loop(
        options, [&](int, TimePoint due) { return serve_one(served, clock, service, due); }, lane,
        clock);
    loop.start();
    clock.run_until(kEpoch + 1h);
    CHECK(loop.begun() == static_cast<int>(served.due.size()));
    CHECK(served.latencies.count() == served.due.size());
    return served;
}

bool near(Duration found, Duration wanted) {
    return found > wanted * 99 / 100 && found < wanted * 101 / 100;
}

}  // namespace

TEST_CASE("a closed loop keeps its slots busy and no more", "[bench][loop]") {
    const Served served = serve({.count = 10, .at_once = 3}, 1s);
    CHECK(served.most_at_once == 3);
    CHECK(served.due.size() == 10);
    CHECK(served.due.back() == 3s);
}

TEST_CASE("an open loop begins at its rate, whatever became of the earlier pieces",
          "[bench][loop]") {
    const Served served = serve({.count = 100, .at_once = 1'000, .rate = 10}, 5s);
    CHECK(served.most_at_once == 50);
    CHECK(served.due[99] == 9'900ms);
    CHECK(near(served.latencies.percentile(0.5), 5s));
}

TEST_CASE("who waits for a slow server is counted from when the piece was due", "[bench][loop]") {
    // One slot of 1 s and ten a second: piece n is due at n/10 s and ends at n+1 s.
    const Served served = serve({.count = 100, .at_once = 1, .rate = 10}, 1s);
    CHECK(served.most_at_once == 1);
    CHECK(near(served.latencies.percentile(1), 90'100ms));
    CHECK(near(served.latencies.percentile(0.5), 45'100ms));
}

TEST_CASE("a duration ends a loop before its count", "[bench][loop]") {
    CHECK(serve({.count = 1'000, .at_once = 2, .duration = 5s}, 1s).due.size() == 10);
    CHECK(serve({.count = 1'000, .at_once = 100, .rate = 10, .duration = 5s}, 1s).due.size() == 50);
}

// The plain parts of a partition: who polled, how often, how fast.
#include <cmath>

#include "server/matching/partition/rates.h"
#include "server/matching/partition/recent_pollers.h"
#include "tests/support/catch.h"

namespace server::tests {

namespace {

constexpr TimePoint kNoon = kEpoch + std::chrono::hours(12);

matching::RecentPollers::PollerInfo poller_named(std::string identity) {
    matching::RecentPollers::PollerInfo poller;
    poller.set_identity(std::move(identity));
    return poller;
}

}  // namespace

TEST_CASE("only the latest pollers are remembered, each once", "[matching][pollers]") {
    matching::RecentPollers pollers(2, 5min);
    pollers.seen(poller_named("a"), kNoon);
    pollers.seen(poller_named("b"), kNoon + 1s);
    pollers.seen(poller_named("a"), kNoon + 2s);
    pollers.seen(poller_named(""), kNoon + 3s);
    REQUIRE(pollers.list(kNoon + 3s).size() == 2);
    CHECK(pollers.list(kNoon + 3s)[0].identity() == "a");
    pollers.seen(poller_named("c"), kNoon + 4s);
    REQUIRE(pollers.list(kNoon + 4s).size() == 2);
    CHECK(pollers.list(kNoon + 4s)[0].identity() == "c");
    CHECK(pollers.list(kNoon + 4s)[1].identity() == "a");
    CHECK(pollers.list(kNoon + 5min + 3s).size() == 1);
    CHECK(pollers.list(kNoon + 6min).empty());
}

TEST_CASE("a rate is the average of the last 30 seconds", "[matching][rate]") {
    matching::RateMeter meter;
    CHECK(meter.per_second(kNoon) == 0);
    for (int count = 0; count < 60; ++count) meter.count(kNoon);
    CHECK(meter.per_second(kNoon) == 2);
    meter.count(kNoon + 10s);
    CHECK(meter.per_second(kNoon + 29s) == Approx(61.0 / 30));
    CHECK(meter.per_second(kNoon + 30s) == Approx(1.0 / 30));
    CHECK(meter.per_second(kNoon + 40s) == 0);
    meter.count(kNoon + 24h);
    CHECK(meter.per_second(kNoon + 24h) == Approx(1.0 / 30));
}

TEST_CASE("a rate limit lets one second's worth pass at once, then one by one",
          "[matching][rate]") {
    RateLimiter limiter;
    CHECK(limiter.next(kNoon) == kNoon);
    limiter.set_rate(2, kNoon);
    for (int pass = 0; pass < 2; ++pass) {
        CHECK(limiter.next(kNoon) == kNoon);
        limiter.pass();
    }
    CHECK(limiter.next(kNoon) == kNoon + 500ms);
    CHECK(limiter.next(kNoon + 500ms) == kNoon + 500ms);
    SECTION("an idle limiter does not save up more") {
        const TimePoint later = kNoon + 1h;
        for (int pass = 0; pass < 2; ++pass) {
            CHECK(limiter.next(later) == later);
            limiter.pass();
        }
        CHECK(limiter.next(later) > later);
    }
    SECTION("what did not pass is given back") {
        limiter.undo_pass();
        CHECK(limiter.next(kNoon) == kNoon);
        CHECK_FALSE(limiter.is_full(kNoon));
        limiter.undo_pass();
        CHECK(limiter.is_full(kNoon));
    }
    SECTION("zero stops everything") {
        limiter.set_rate(0, kNoon);
        CHECK(limiter.next(kNoon + 24h) == kNever);
    }
    SECTION("what is no rate changes nothing") {
        limiter.set_rate(-1, kNoon);
        limiter.set_rate(std::nan(""), kNoon);
        CHECK(limiter.rate() == 2);
    }
}

}  // namespace server::tests

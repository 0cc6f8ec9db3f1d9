#include "server/runtime/alarm.h"

#include <future>

#include "server/runtime/lane.h"
#include "tests/support/catch.h"

using namespace server;

namespace {

const TimePoint kBegin = from_unix_nanos(1'000'000'000);

struct Waiter {
    Waiter(Clock& clock, Lane& lane) : alarm(clock, lane.executor()) {}

    Async<void> wait(TimePoint deadline) { woken.set_value(co_await alarm.wait_until(deadline)); }
    Alarm alarm;
    std::promise<bool> woken;
};

}  // namespace

TEST_CASE("a wake-up ends a wait with a far deadline on the real clock", "[runtime]") {
    SystemClock clock;
    Lane lane("test");
    Waiter waiter(clock, lane);
    const Duration far = GENERATE(Duration(30min), Duration(400 * 24h), Duration(kNever - kEpoch));
    lane.spawn(waiter.wait(saturating_add(clock.now(), far)));
    lane.post([&waiter] { waiter.alarm.wake(); });
    auto woken = waiter.woken.get_future();
    REQUIRE(woken.wait_for(std::chrono::seconds(5)) == std::future_status::ready);
    CHECK(woken.get());
    lane.stop();
}

TEST_CASE("a wait ends at its deadline on the real clock", "[runtime]") {
    SystemClock clock;
    Lane lane("test");
    Waiter waiter(clock, lane);
    lane.spawn(waiter.wait(clock.now() + 20ms));
    auto woken = waiter.woken.get_future();
    REQUIRE(woken.wait_for(std::chrono::seconds(5)) == std::future_status::ready);
    CHECK_FALSE(woken.get());
    lane.stop();
}

TEST_CASE("virtual time jumps from deadline to deadline", "[runtime]") {
    boost::asio::io_context context;
    FakeClock clock(context, kBegin);
    Lane lane("test", &context);
    Waiter month(clock, lane);
    Waiter hour(clock, lane);
    lane.spawn(month.wait(kBegin + 30 * 24h));
    lane.spawn(hour.wait(kBegin + 1h));
    clock.run_until(kBegin + 2h);
    auto hour_woken = hour.woken.get_future();
    CHECK(hour_woken.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
    auto month_woken = month.woken.get_future();
    CHECK(month_woken.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
    CHECK(clock.next_deadline() == kBegin + 30 * 24h);
    clock.run_until(kBegin + 31 * 24h);
    CHECK(month_woken.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
    CHECK(clock.now() == kBegin + 31 * 24h);
}

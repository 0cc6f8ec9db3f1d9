#include "server/runtime/clock.h"

#include <atomic>
#include <boost/asio/redirect_error.hpp>

#include "server/runtime/alarm.h"

namespace server {

Async<void> Clock::sleep_until(TimePoint deadline) {
    Alarm alarm(*this, co_await boost::asio::this_coro::executor);
    co_await alarm.wait_until(deadline);
}

TimePoint SystemClock::now() const {
    static std::atomic<std::int64_t> latest{0};
    const std::int64_t reading =
        std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    std::int64_t seen = latest.load(std::memory_order_relaxed);
    while (reading > seen && !latest.compare_exchange_weak(seen, reading)) {
    }
    return from_unix_nanos(std::max(reading, seen));
}

void SystemClock::arm(Timer& timer, TimePoint deadline) {
    if (deadline == kNever) {
        timer.expires_at(Timer::time_point::max());
        return;
    }
    // A timer a century ahead would overflow the steady clock; it is re-armed when it ends early.
    constexpr Duration kFarthest = std::chrono::hours(24 * 365);
    timer.expires_after(std::min<Duration>(deadline - std::min(deadline, now()), kFarthest));
}

void FakeClock::arm(Timer& timer, TimePoint deadline) {
    disarm(timer);
    timer.expires_at(Timer::time_point::max());
    if (deadline != kNever) deadlines_.emplace(deadline, &timer);
}

void FakeClock::disarm(Timer& timer) {
    for (auto at = deadlines_.begin(); at != deadlines_.end(); ++at) {
        if (at->second == &timer) {
            deadlines_.erase(at);
            return;
        }
    }
}

TimePoint FakeClock::next_deadline() const {
    return deadlines_.empty() ? kNever : deadlines_.begin()->first;
}

std::size_t FakeClock::run_ready() {
    context_.restart();
    return context_.poll();
}

std::size_t FakeClock::run_until(TimePoint until) {
    std::size_t handlers = run_ready();
    while (next_deadline() <= until) {
        now_ = std::max(now_, next_deadline());
        Timer* due = deadlines_.begin()->second;
        deadlines_.erase(deadlines_.begin());
        due->cancel();
        handlers += run_ready();
    }
    now_ = std::max(now_, until);
    return handlers;
}

}  // namespace server

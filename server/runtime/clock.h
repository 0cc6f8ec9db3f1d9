#pragma once
// Time is a parameter: nobody but this folder reads the system's clock or sets a timer. SystemClock
// is the machine's wall clock; FakeClock stands still until a test moves it, so a month of timers
// passes in milliseconds.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>

#include "server/base/time.h"
#include "server/runtime/async.h"

namespace server {

class Clock {
public:
    using Timer = boost::asio::steady_timer;

    virtual ~Clock() = default;
    virtual TimePoint now() const = 0;

    // Makes `timer` expire at `deadline`; kNever means only a wake-up ends the wait. Called on the
    // timer's lane.
    virtual void arm(Timer& timer, TimePoint deadline) = 0;
    // The timer is about to be destroyed or re-armed.
    virtual void disarm(Timer& timer) = 0;

    Async<void> sleep_until(TimePoint deadline);
    Async<void> sleep_for(Duration duration) {
        return sleep_until(saturating_add(now(), duration));
    }
};

// Never runs backwards: now() is the wall clock at start plus monotonic time, corrected forward
// when the wall clock is set ahead. Safe on every lane.
class SystemClock final : public Clock {
public:
    TimePoint now() const override;
    void arm(Timer& timer, TimePoint deadline) override;
    void disarm(Timer&) override {}
};

// Virtual time over one event loop: run() executes what is ready and, when nothing is, jumps to the
// next deadline.
class FakeClock final : public Clock {
public:
    FakeClock(boost::asio::io_context& context, TimePoint start) : context_(context), now_(start) {}

    TimePoint now() const override { return now_; }
    void arm(Timer& timer, TimePoint deadline) override;
    void disarm(Timer& timer) override;

    // Runs until nothing is ready and no deadline is due before or at `until`; the clock then
    // stands at `until`. Returns the number of handlers that ran.
    std::size_t run_until(TimePoint until);
    // Runs what is ready without moving the clock.
    std::size_t run_ready();
    // The next deadline, kNever when there is none.
    TimePoint next_deadline() const;

private:
    boost::asio::io_context& context_;
    TimePoint now_;
    std::multimap<TimePoint, Timer*> deadlines_;
};

}  // namespace server

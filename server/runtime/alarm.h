#pragma once
// One waiting place of one coroutine: the wait ends at a time, or when somebody calls wake(). Lives
// on one lane.

#include <boost/asio/steady_timer.hpp>

#include "server/runtime/clock.h"

namespace server {

class Alarm {
public:
    Alarm(Clock& clock, boost::asio::any_io_executor executor)
        : clock_(clock), timer_(std::move(executor)) {}
    ~Alarm() { clock_.disarm(timer_); }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    // True when woken, false when the deadline passed. A wake-up before the wait counts. One wait
    // at a time.
    Async<bool> wait_until(TimePoint deadline);

    // Ends the wait, or the next one if nobody waits. Same lane.
    void wake();

private:
    Clock& clock_;
    boost::asio::steady_timer timer_;
    bool woken_ = false;
};

}  // namespace server

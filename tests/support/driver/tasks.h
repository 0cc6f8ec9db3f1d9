#pragma once
// Coroutines that somebody started and waits for. Lives on one lane.

#include <cstddef>

#include "server/runtime/alarm.h"
#include "server/runtime/lane.h"

namespace server::driver {

class Tasks {
public:
    Tasks(Lane& lane, Clock& clock) : lane_(lane), ended_(clock, lane.executor()) {}

    void spawn(Async<void> work) {
        ++running_;
        lane_.spawn(run(*this, std::move(work)));
    }
    std::size_t running() const { return running_; }

    // False when something still runs at `deadline`. One waiter at a time.
    Async<bool> wait_until(TimePoint deadline) {
        while (running_ > 0) {
            const bool woken = co_await ended_.wait_until(deadline);
            if (!woken) co_return running_ == 0;
        }
        co_return true;
    }

private:
    static Async<void> run(Tasks& tasks, Async<void> work) {
        co_await std::move(work);
        if (--tasks.running_ == 0) tasks.ended_.wake();
    }

    Lane& lane_;
    Alarm ended_;
    std::size_t running_ = 0;
};

}  // namespace server::driver

#pragma once
// The coroutines that work for one shard: counted, so that the shard can stop only when the last
// has ended. Lives on the shard's lane.

#include <cstddef>

#include "server/runtime/alarm.h"
#include "server/runtime/lane.h"

namespace server::history {

class Background {
public:
    // Counts one piece of work for as long as it lives.
    class Ticket {
    public:
        explicit Ticket(Background& owner) : owner_(&owner) { ++owner_->running_; }
        Ticket(Ticket&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
        Ticket& operator=(Ticket&&) = delete;
        ~Ticket() {
            if (owner_) owner_->ended();
        }

    private:
        Background* owner_;
    };

    Background(Lane& lane, Clock& clock) : lane_(lane), drained_(clock, lane.executor()) {}

    Ticket ticket() { return Ticket(*this); }
    // Starts `work` on the lane; counted from now on.
    void spawn(Async<void> work) { lane_.spawn(run(ticket(), std::move(work))); }
    std::size_t running() const { return running_; }

    // Returns when nothing runs any more; one caller.
    Async<void> drain() {
        while (running_ > 0) co_await drained_.wait_until(kNever);
    }

private:
    static Async<void> run(Ticket, Async<void> work) { co_await std::move(work); }
    void ended() {
        if (--running_ == 0) drained_.wake();
    }

    Lane& lane_;
    Alarm drained_;
    std::size_t running_ = 0;
};

}  // namespace server::history

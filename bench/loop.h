#pragma once
// How work is begun: in a closed loop, each slot begins the next piece when its last one has ended;
// in an open loop, pieces are due at a fixed rate, whatever became of the earlier ones. A piece is
// told when it was due, so that a server which falls behind is charged for the wait (no coordinated
// omission), also for the wait for a slot. Lives on one lane.

#include <functional>

#include "server/runtime/alarm.h"
#include "tests/support/driver/tasks.h"

namespace server::bench {

class Loop {
public:
    struct Options {
        int count = 0;        // pieces in all
        int at_once = 1;      // slots
        int rate = 0;         // per second; 0: closed
        Duration duration{};  // zero: until `count`
    };
    using Work = std::function<Async<void>(int index, TimePoint due)>;

    Loop(Options options, Work work, Lane& lane, Clock& clock)
        : options_(options), work_(std::move(work)), clock_(clock), tasks_(lane, clock),
          slot_free_(clock, lane.executor()) {}

    void start() {
        begin_ = clock_.now();
        if (options_.rate > 0) {
            tasks_.spawn(open_loop());
        } else {
            for (int slot = 0; slot < options_.at_once; ++slot) tasks_.spawn(closed_slot());
        }
    }
    // Nothing new is begun; what runs goes on to its end.
    void stop() { stopping_ = true; }
    // False when something still runs at `deadline`.
    Async<bool> ended(TimePoint deadline) { return tasks_.wait_until(deadline); }

    int begun() const { return next_; }

private:
    bool more(TimePoint at) const {
        const bool in_time = options_.duration == Duration{} || at < begin_ + options_.duration;
        return !stopping_ && next_ < options_.count && in_time;
    }

    Async<void> closed_slot() {
        while (more(clock_.now())) {
            const int index = next_++;
            co_await work_(index, clock_.now());
        }
    }

    Async<void> open_loop() {
        for (TimePoint due = begin_; more(due); due = due_time(next_)) {
            co_await clock_.sleep_until(due);
            while (running_ >= options_.at_once) co_await slot_free_.wait_until(kNever);
            tasks_.spawn(in_slot(next_++, due));
        }
    }

    Async<void> in_slot(int index, TimePoint due) {
        ++running_;
        co_await work_(index, due);
        --running_;
        slot_free_.wake();
    }

    TimePoint due_time(int index) const {
        return begin_ + Duration(index * (Duration(1s).count() / options_.rate));
    }

    Options options_;
    Work work_;
    Clock& clock_;
    driver::Tasks tasks_;
    Alarm slot_free_;
    TimePoint begin_;
    bool stopping_ = false;
    int next_ = 0;
    int running_ = 0;
};

}  // namespace server::bench

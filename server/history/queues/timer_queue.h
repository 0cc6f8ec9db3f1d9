#pragma once
// The due times of one shard's runs, as far as they lie within Options::timer_window: one entry per
// run, its earliest.
//
//   stored next_due, a lower bound: load(), then every half window ──▶ entry ──▶ fire(run)
//   exact due of a run in memory: set() after each load and commit ──▶ entry
//
// An entry that came from the store may be early: firing then finds nothing due and sets the exact
// time. Lives on the shard's lane.

#include <functional>
#include <optional>
#include <set>
#include <unordered_map>

#include "server/base/ids.h"
#include "server/history/options.h"
#include "server/history/shard/background.h"
#include "server/runtime/alarm.h"
#include "server/store/runs.h"

namespace server::history {

class TimerQueue {
public:
    // What the shard does for its timers.
    class Owner {
    public:
        virtual ~Owner() = default;
        virtual Async<Result<std::vector<store::DueRun>>> read_due_runs(
            TimePoint before, std::optional<store::DueRun> after) = 0;
        // The exact next due of a run whose state is in memory.
        virtual std::optional<TimePoint> exact_due(const RunKey& run) const = 0;
        // Does what is due and calls set() with the next due time. A failure is tried again.
        virtual Async<Status> fire(RunKey run) = 0;
    };

    TimerQueue(Owner& owner, Clock& clock, Lane& lane, Background& background,
               const Options& options);

    // The run's exact next due time, kNever for none. Beyond the window it is not kept: the store
    // has it.
    void set(const RunKey& run, TimePoint due);

    void reset();
    // Reads what the store has within the window ahead.
    Async<Status> load();
    // Works in the background until stop().
    void start();
    void stop();

    std::size_t size() const { return due_.size(); }

private:
    Async<void> run();
    void offer(const store::DueRun& stored);
    void start_due();
    Async<void> fire(RunKey run);
    TimePoint next_deadline() const;

    Owner& owner_;
    Clock& clock_;
    Background& background_;
    const Options& options_;
    Alarm alarm_;
    bool stopping_ = false;

    TimePoint horizon_ = kEpoch;  // stored due times before it have been read
    TimePoint load_at_ = kNever;
    std::set<std::pair<TimePoint, RunKey>> earliest_first_;
    std::unordered_map<RunKey, TimePoint> due_;
    std::unordered_map<RunKey, TimePoint> firing_;  // and what was set meanwhile
};

}  // namespace server::history

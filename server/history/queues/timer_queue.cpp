#include "server/history/queues/timer_queue.h"

#include <algorithm>

#include "server/base/mutant.h"
#include "server/telemetry/log.h"

namespace server::history {

TimerQueue::TimerQueue(Owner& owner, Clock& clock, Lane& lane, Background& background,
                       const Options& options)
    : owner_(owner), clock_(clock), background_(background), options_(options),
      alarm_(clock, lane.executor()) {}

void TimerQueue::set(const RunKey& run, TimePoint due) {
    if (const auto firing = firing_.find(run); firing != firing_.end()) {
        firing->second = due;
        return;
    }
    if (const auto known = due_.find(run); known != due_.end()) {
        if (known->second == due) return;
        earliest_first_.erase({known->second, run});
        due_.erase(known);
    }
    if (due >= horizon_) return;
    due_.emplace(run, due);
    const auto place = earliest_first_.emplace(due, run).first;
    if (place == earliest_first_.begin()) alarm_.wake();
}

// A lower bound from the store: what is known here already is at least as good.
void TimerQueue::offer(const store::DueRun& stored) {
    if (const auto firing = firing_.find(stored.run); firing != firing_.end()) {
        firing->second = std::min(firing->second, stored.next_due);
        return;
    }
    if (due_.contains(stored.run)) return;
    set(stored.run, owner_.exact_due(stored.run).value_or(stored.next_due));
}

void TimerQueue::reset() {
    earliest_first_.clear();
    due_.clear();
    for (auto& [run, due] : firing_) due = kNever;
    horizon_ = kEpoch;
    load_at_ = kNever;
}

Async<Status> TimerQueue::load() {
    const TimePoint now = clock_.now();
    // From here on commits keep their own due times within the new window, while the store is read.
    horizon_ = saturating_add(now, options_.timer_window);
    load_at_ = saturating_add(now, options_.timer_window / 2);
    if (mutant("timers_not_reloaded")) co_return ok_status();
    const TimePoint before = horizon_;
    std::optional<store::DueRun> after;
    while (true) {
        CO_TRY_ASSIGN(const std::vector<store::DueRun> page,
                      co_await owner_.read_due_runs(before, after));
        for (const store::DueRun& run : page) offer(run);
        if (page.empty()) break;
        after = page.back();
    }
    co_return ok_status();
}

Async<void> TimerQueue::run() {
    log::Repeated loading("load due runs");
    while (!stopping_) {
        if (clock_.now() >= load_at_) {
            const Status loaded = co_await load();
            if (loaded.ok()) {
                loading.succeeded();
            } else {
                loading.failed(loaded);
                load_at_ = saturating_add(clock_.now(), options_.timer_retry);
            }
        }
        start_due();
        co_await alarm_.wait_until(next_deadline());
    }
}

void TimerQueue::start() {
    stopping_ = false;
    background_.spawn(run());
}

void TimerQueue::stop() {
    stopping_ = true;
    alarm_.wake();
}

void TimerQueue::start_due() {
    const TimePoint now = clock_.now();
    while (!earliest_first_.empty() && firing_.size() < options_.timer_concurrency_max) {
        const auto first = earliest_first_.begin();
        if (first->first > now) return;
        RunKey run = first->second;
        earliest_first_.erase(first);
        due_.erase(run);
        firing_.emplace(run, kNever);
        background_.spawn(fire(std::move(run)));
    }
}

Async<void> TimerQueue::fire(RunKey run) {
    const Status fired = co_await owner_.fire(run);
    TimePoint next = firing_.at(run);
    firing_.erase(run);
    alarm_.wake();
    if (!fired.ok()) next = std::min(next, saturating_add(clock_.now(), options_.timer_retry));
    if (next == kNever) co_return;
    // Time has to pass before the same run is looked at again.
    constexpr Duration kPause = 1ms;
    set(run, std::max(next, saturating_add(clock_.now(), kPause)));
}

TimePoint TimerQueue::next_deadline() const {
    if (firing_.size() >= options_.timer_concurrency_max || earliest_first_.empty()) {
        return load_at_;
    }
    return std::min(load_at_, earliest_first_.begin()->first);
}

}  // namespace server::history

#include "server/matching/partition/partition.h"

#include <algorithm>

#include "server/base/mutant.h"

namespace server::matching {

namespace {

// Counts a caller while it waits here.
class Counted {
public:
    explicit Counted(std::size_t& count) : count_(count) { ++count_; }
    ~Counted() { --count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    std::size_t& count_;
};

bool is_obsolete(const Status& status) {
    return status.code() == Code::NotFound || status.detail<TaskObsolete>() != nullptr;
}

// For the mutant only. `alive` keeps the owner of the backlogs.
Async<void> append_late([[maybe_unused]] std::shared_ptr<Partition> alive, Backlogs& backlogs,
                        TaskPtr task) {
    (void)co_await backlogs.append(std::move(task));
}

}  // namespace

Partition::Partition(Environment& environment, Lane& lane, PartitionKey key)
    : environment_(environment), lane_(lane), key_(std::move(key)),
      metrics_(*environment.metrics, key_),
      recent_pollers_(environment.options.pollers_remembered_max,
                      environment.options.pollers_remembered_for),
      settled_(environment.clock, lane.executor()), alarm_(environment.clock, lane.executor()),
      last_used_(environment.clock.now()) {
    if (key_.sticky) return;
    auto loaded = [this](TaskPtr task) { task_loaded(std::move(task)); };
    auto found = [this](int highest) {
        children_->found(highest);
        manage_children();
    };
    backlogs_.emplace(environment_, lane, key_, std::move(loaded), std::move(found));
    if (number_of(key_) == 0) children_.emplace(environment_, lane.executor(), key_);
}

// Life.

Async<void> Partition::run() {
    while (!closed_) {
        const TimePoint now = environment_.clock.now();
        release_delayed(now);
        release_taken(now);
        match();
        tell_backlog();
        if (is_idle(now)) break;
        co_await alarm_.wait_until(next_due(now));
    }
    close();
    while (works_ > 0 || unsettled_ > 0) co_await alarm_.wait_until(kNever);
}

Async<void> Partition::run_backlog() {
    if (!backlogs_) co_return;
    co_await backlogs_->run();
    lost_lease_ = !closed_;
    close();
}

void Partition::begin(Async<void> work) {
    ++works_;
    lane_.spawn(count_work(shared_from_this(), std::move(work)));
}

Async<void> Partition::count_work([[maybe_unused]] std::shared_ptr<Partition> alive,
                                  Async<void> work) {
    const auto go_on = [](Resume<bool> resume) { resume(true); };
    co_await suspend<bool>(go_on);  // not in the middle of what the caller does
    co_await std::move(work);
    --works_;
    alarm_.wake();
}

void Partition::close() {
    if (std::exchange(closed_, true)) return;
    for (const auto& [order, poll] : polls_) end_unless_taken(*poll);
    while (const TaskPtr task = matcher_.first_task()) {
        matcher_.remove(*task);
        abandon(task);
    }
    for (const auto& [retry, task] : std::exchange(delayed_, {})) abandon(task);
    for (const auto& [id, query] : queries_) {
        query->answer = key_.sticky ? sticky_unavailable() : moving();
        query->answered.wake();
    }
    if (backlogs_) backlogs_->close();
    if (children_) children_->close();
    forwarding_->cancel();
    alarm_.wake();
}

bool Partition::is_idle(TimePoint now) const {
    // The backlog of a child is waited for at the root; nobody would load it again.
    const bool is_needed = is_child() && !backlogs_->empty();
    const bool is_used = !polls_.empty() || unsettled_ > 0 || !queries_.empty();
    return !is_used && offers_ == 0 && works_ == 0 && !is_needed &&
           now >= saturating_add(last_used_, environment_.options.idle_unload);
}

TimePoint Partition::next_due(TimePoint now) const {
    const Duration idle_unload = environment_.options.idle_unload;
    TimePoint due = saturating_add(last_used_, idle_unload);
    if (due <= now) due = saturating_add(now, idle_unload);  // in use
    if (!delayed_.empty()) due = std::min(due, delayed_.begin()->first);
    if (limited_until_ > now) due = std::min(due, limited_until_);
    if (forward_after_ > now) due = std::min(due, forward_after_);
    if (!matcher_.has_work()) return due;
    for (const auto& [order, taken] : taken_) due = std::min(due, taken.until);
    return due;
}

Status Partition::moving() const {
    return {Code::Unavailable, "task queue " + key_.name + " is being unloaded here; try again",
            OwnershipLost{}};
}

Status Partition::sticky_unavailable() const {
    return {Code::FailedPrecondition,
            "no worker polls sticky task queue " + key_.name + "; use the normal task queue",
            StickyWorkerUnavailable{}};
}

// Adding tasks.

Async<Result<bool>> Partition::add_task(TaskPtr task) {
    if (closed_) co_return moving();
    const TimePoint now = environment_.clock.now();
    count_added(*task, now);
    if (task->expires <= now) co_return false;
    metrics_.task_added(polled_within(environment_.options.poller_window));
    if (key_.sticky) co_return co_await add_sticky(std::move(task));
    const Duration wait = sync_match_wait(*task);
    co_return co_await add_stored(std::move(task), wait);
}

void Partition::count_added(const Task& task, TimePoint now) {
    last_used_ = now;
    rates_[task.priority].added.count(now);
    if (!children_) return;
    children_->added();
    manage_children();
}

Async<Result<bool>> Partition::add_stored(TaskPtr task, Duration wait) {
    if (matcher_.waiting_polls() > 0 || wait > Duration{}) {
        const Task::State state = co_await offer(task, wait);
        if (state == Task::State::started) co_return true;
        if (state == Task::State::dropped) co_return false;
        if (state == Task::State::abandoned) co_return moving();
        if (state == Task::State::waiting) matcher_.remove(*task);
    }
    CO_TRY(co_await spill(std::move(task)));
    co_return false;
}

Duration Partition::sync_match_wait(const Task& task) const {
    const Options& options = environment_.options;
    const bool has_polls =
        polled_within(options.poller_window) ||
        (last_started_at_root_ &&
         *last_started_at_root_ >= environment_.clock.now() - options.poller_window);
    const bool may_wait =
        has_polls && offers_ < options.sync_match_tasks_max && backlogs_->empty(task.priority);
    return may_wait ? options.sync_match_wait : Duration{};
}

Async<Task::State> Partition::offer(TaskPtr task, Duration wait,
                                    std::shared_ptr<Cancellation> cancellation) {
    Alarm alarm(environment_.clock, lane_.executor());
    const Counted counted(offers_);
    const TimePoint window = saturating_add(environment_.clock.now(), wait);
    task->adder = &alarm;
    task->adder_waits_until = window;
    std::optional<Cancellation::Subscription> subscription;
    if (cancellation) {
        auto wake = [left = std::weak_ptr(task)] {
            const TaskPtr waiting = left.lock();
            if (waiting && waiting->adder) waiting->adder->wake();
        };
        subscription.emplace(cancellation->subscribe(lane_, std::move(wake)));
    }
    const auto may_wait = [&] {
        return task->state == Task::State::waiting && environment_.clock.now() < window &&
               !(cancellation && cancellation->cancelled());
    };
    matcher_.add(task);
    match();
    expect_taken();
    // Once a poll has it, history decides; the wait for that has no other end.
    while (task->state == Task::State::handed_over || may_wait()) {
        const bool is_waiting = task->state == Task::State::waiting;
        co_await alarm.wait_until(is_waiting ? window : kNever);
    }
    task->adder = nullptr;
    task->adder_waits_until = kNever;
    co_return task->state;
}

Async<Status> Partition::spill(TaskPtr task) {
    if (mutant("acknowledge_before_spill")) {
        lane_.spawn(append_late(shared_from_this(), *backlogs_, std::move(task)));
        co_return ok_status();
    }
    const Status written = co_await backlogs_->append(std::move(task));
    tell_backlog();
    co_return written;
}

Async<Result<bool>> Partition::add_sticky(TaskPtr task) {
    if (!polled_within(environment_.options.sticky_window) || !make_room_for_sticky_task()) {
        co_return sticky_unavailable();
    }
    if (matcher_.waiting_polls() == 0) {
        matcher_.add(std::move(task));
        expect_taken();
        co_return false;
    }
    const Task::State state = co_await offer(task, Duration{});
    if (state == Task::State::started) co_return true;
    if (state == Task::State::dropped) co_return false;
    if (closed_) co_return sticky_unavailable();
    if (state == Task::State::delayed) delay(std::move(task));
    co_return false;
}

bool Partition::make_room_for_sticky_task() {
    const std::size_t tasks_max = environment_.options.sticky_tasks_max;
    if (matcher_.tasks() + delayed_.size() < tasks_max) return true;
    std::vector<TaskPtr> expired;
    const TimePoint now = environment_.clock.now();
    matcher_.for_each_task([&](const TaskPtr& task) {
        if (task->expires <= now) expired.push_back(task);
    });
    for (const TaskPtr& task : expired) {
        matcher_.remove(*task);
        finish(task, Task::State::dropped);
    }
    return matcher_.tasks() + delayed_.size() < tasks_max;
}

// Matching.

void Partition::match() {
    if (closed_) return;
    const TimePoint now = environment_.clock.now();
    while (Poll* poll = matcher_.take_poll()) {
        if (poll->ended()) continue;  // it is about to leave
        Work work = next_work(now);
        if (is_empty(work)) {
            matcher_.add(*poll);
            break;
        }
        poll->hand_over(std::move(work));
    }
    if (backlogs_ && matcher_.waiting_polls() > 0 && matcher_.tasks() == 0) backlogs_->want_more();
    if (is_child()) forward();
}

Work Partition::next_work(TimePoint now) {
    if (QueryPtr query = matcher_.take_query()) return query;
    if (TaskPtr task = next_task(now)) return task;
    return {};
}

TaskPtr Partition::next_task(TimePoint now) {
    while (TaskPtr task = matcher_.first_task()) {
        if (task->expires <= now) {
            matcher_.remove(*task);
            finish(task, Task::State::dropped);
            continue;
        }
        const TimePoint allowed = limiter_.next(now);
        if (allowed > now) {
            last_limited_ = now;
            if (limited_until_ <= now) {
                limited_until_ = allowed;
                alarm_.wake();
            }
            return nullptr;
        }
        limiter_.pass();
        matcher_.take_task();
        task->state = Task::State::handed_over;
        return task;
    }
    return nullptr;
}

void Partition::give_back(Work work) {
    if (const auto* query = std::get_if<QueryPtr>(&work)) {
        if (!(*query)->closed) matcher_.add(*query);
    } else if (const auto* task = std::get_if<TaskPtr>(&work)) {
        give_back(*task);
    } else if (std::holds_alternative<GoToRoot>(work)) {
        --forwarded_polls_;
    }
    match();
}

void Partition::give_back(const TaskPtr& task) {
    if (closed_ || task->is_homeless()) return abandon(task);
    task->state = Task::State::waiting;
    matcher_.add(task);
    if (task->adder) task->adder->wake();
}

void Partition::finish(const TaskPtr& task, Task::State state) {
    task->state = state;
    if (backlogs_) backlogs_->done(*task);
    if (task->adder) task->adder->wake();
}

void Partition::record_started_ended(const TaskPtr& task, const Status& status) {
    if (status.ok()) {
        const TimePoint now = environment_.clock.now();
        rates_[task->priority].dispatched.count(now);
        metrics_.dispatched(*task, now);
        finish(task, Task::State::started);
        tell_backlog();
        if (children_ && !task->is_forwarded) {
            children_->dispatched();
            manage_children();
        }
    } else if (is_obsolete(status)) {
        finish(task, Task::State::dropped);
    } else {
        start_failed(task);
    }
}

void Partition::start_failed(const TaskPtr& task) {
    ++task->failures;
    if (closed_ || task->is_homeless()) return abandon(task);
    task->state = Task::State::delayed;
    if (task->adder) {
        task->adder->wake();  // who adds it decides what becomes of it
    } else {
        delay(task);
    }
}

void Partition::delay(TaskPtr task) {
    const Options& options = environment_.options;
    Duration backoff = options.task_retry_first;
    for (int failure = 1; failure < task->failures && backoff < options.task_retry_max; ++failure) {
        backoff *= 2;
    }
    const TimePoint retry = saturating_add(environment_.clock.now(),
                                           std::min<Duration>(backoff, options.task_retry_max));
    task->state = Task::State::delayed;
    delayed_.emplace(retry, std::move(task));
    alarm_.wake();
}

void Partition::release_delayed(TimePoint now) {
    while (!delayed_.empty() && delayed_.begin()->first <= now) {
        TaskPtr task = std::move(delayed_.begin()->second);
        delayed_.erase(delayed_.begin());
        if (task->is_homeless()) {
            shelter(std::move(task));
            continue;
        }
        task->state = Task::State::waiting;
        matcher_.add(std::move(task));
    }
}

void Partition::task_loaded(TaskPtr task) {
    if (closed_) return;
    if (task->expires <= environment_.clock.now()) {
        finish(task, Task::State::dropped);
    } else if (task->failures > 0) {
        delay(std::move(task));
    } else {
        task->state = Task::State::waiting;
        matcher_.add(std::move(task));
        match();
        expect_taken();
    }
}

}  // namespace server::matching

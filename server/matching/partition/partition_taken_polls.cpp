// Polls that history takes for tasks which it starts itself (waiting_poll.h), and what becomes of
// such a task when its poll has left.
#include "server/base/mutant.h"
#include "server/matching/partition/partition.h"
#include "server/telemetry/log.h"

namespace server::matching {

namespace {

constexpr int kPassOnTriesMax = 4;

}  // namespace

// What waits already goes first: a poll only waits beside it while a rate limit holds it back.
const Poll* Partition::take_poll() {
    const TimePoint now = environment_.clock.now();
    if (closed_ || matcher_.has_work() || limiter_.next(now) > now) return nullptr;
    while (const Poll* poll = matcher_.take_poll()) {
        if (poll->ended()) continue;  // it is about to leave
        limiter_.pass();
        taken_.emplace(poll->order(),
                       Taken{saturating_add(now, environment_.options.poll_taken_max)});
        ++unsettled_;
        return poll;
    }
    return nullptr;
}

void Partition::put_back(std::uint64_t order) {
    limiter_.undo_pass();
    wait_again(order);
    settle_one();
}

void Partition::wait_again(std::uint64_t order) {
    const auto taken = taken_.find(order);
    if (taken == taken_.end()) return;
    const bool ends = closed_ || taken->second.ends;
    taken_.erase(taken);
    Poll& poll = *polls_.at(order);
    if (ends) poll.end();
    if (poll.ended()) return;
    matcher_.add(poll);
    match();
}

// Work waits that one of them may get: run() sees to it.
void Partition::expect_taken() {
    if (!taken_.empty() && matcher_.has_work()) alarm_.wake();
}

void Partition::release_taken(TimePoint now) {
    if (!matcher_.has_work()) return;
    std::vector<std::uint64_t> late;
    for (const auto& [order, taken] : taken_) {
        if (taken.until <= now) late.push_back(order);
    }
    for (const std::uint64_t order : late) wait_again(order);
}

void Partition::give_started(std::uint64_t order, TaskPtr task) {
    count_added(*task, environment_.clock.now());
    metrics_.task_added(true);
    const auto taken = taken_.find(order);
    Poll* poll = taken == taken_.end() ? nullptr : polls_.at(order);
    if (poll == nullptr || poll->ended()) {
        limiter_.undo_pass();
        shelter(std::move(task));
    } else {
        task->state = Task::State::handed_over;
        task->request_id = task->info.started_with();
        poll->hand_over(std::move(task));
        if (closed_ || taken->second.ends) poll->end();
    }
    if (poll != nullptr) taken_.erase(taken);
    settle_one();
}

void Partition::settle_one() {
    if (gave_up_taken_ || --unsettled_ > 0) return;
    settled_.wake();
    alarm_.wake();  // run() may wait for it
}

Async<void> Partition::settled(TimePoint latest) {
    while (unsettled_ > 0 && environment_.clock.now() < latest) {
        co_await settled_.wait_until(latest);
    }
}

void Partition::give_up_taken() {
    gave_up_taken_ = true;
    unsettled_ = 0;
    for (const auto& [order, poll] : polls_) poll->end();
    alarm_.wake();
}

// The task that is being started for it would have nobody else.
void Partition::end_unless_taken(Poll& poll) {
    const auto taken = taken_.find(poll.order());
    if (taken == taken_.end()) return poll.end();
    taken->second.ends = true;
}

// Not dispatched here: who adds it or has stored it knows that it is not done.
void Partition::abandon(const TaskPtr& task) {
    task->state = Task::State::abandoned;
    if (task->adder) {
        task->adder->wake();
    } else if (task->is_homeless()) {
        shelter(task);
    }
}

// A task that was started for a poll which has left becomes one like all others: whoever gets it
// takes the start over.
void Partition::shelter(TaskPtr task) {
    if (mutant("started_task_forgotten")) return;
    ++unsettled_;
    task->state = Task::State::waiting;
    if (task->request_id == task->info.started_with()) task->request_id.clear();
    begin(find_shelter(std::move(task)));
}

// With another poll, in the store, or where the partition has gone.
Async<void> Partition::find_shelter(TaskPtr task) {
    Status status = moving();
    if (!closed_) status = co_await add_again(task);
    const bool is_elsewhere = closed_ || status.detail<OwnershipLost>() != nullptr;
    if (!status.ok() && is_elsewhere) status = co_await pass_on(*task);
    settle_one();
    if (status.ok()) co_return;
    if (!closed_ && !key_.sticky) {
        ++task->failures;
        co_return delay(std::move(task));
    }
    log::warn("a task that was started has no worker: its timeout will end it",
              {{"namespace_id", key_.namespace_id},
               {"workflow_id", task->info.workflow_id()},
               {"task_queue", key_.name},
               {"error", status.message()}});
}

Async<Status> Partition::add_again(TaskPtr task) {
    Result<bool> added = false;
    if (key_.sticky) {
        added = co_await add_sticky(std::move(task));
    } else {
        added = co_await add_stored(std::move(task), Duration{});
    }
    co_return added.status();
}

Async<Status> Partition::pass_on(const Task& task) {
    role::v1::AddTaskRequest request;
    request.set_task_queue(queue_of(key_));
    request.set_task_queue_type(key_.type);
    request.set_sticky(key_.sticky);
    *request.mutable_task() = task.info;
    const Options& options = environment_.options;
    Duration pause = options.task_retry_first;
    for (int tries = 1;; ++tries) {
        rpc::CallContext context;
        context.deadline = saturating_add(environment_.clock.now(), options.record_started_timeout);
        auto call = environment_.matching->add_task(std::move(context), request);
        const Result<role::v1::AddTaskResponse> answer = co_await std::move(call);
        const bool is_final = answer.ok() || answer.status().detail<StickyWorkerUnavailable>();
        if (is_final || tries == kPassOnTriesMax) co_return answer.status();
        co_await environment_.clock.sleep_for(pause);
        pause *= 2;
    }
}

}  // namespace server::matching

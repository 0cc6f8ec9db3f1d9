// What a partition forwards to the root, and what the root does with it (partition.h).
#include <algorithm>

#include "server/base/mutant.h"
#include "server/matching/partition/partition.h"

namespace server::matching {

// At a child. Polls that wait here and tasks that wait here exclude one another, but for tasks
// above the rate limit.
void Partition::forward() {
    const TimePoint now = environment_.clock.now();
    if (closed_ || now < forward_after_) return;
    const Options& options = environment_.options;
    while (matcher_.waiting_polls() > 0 && forwarded_polls_ < options.forwarded_polls_max) {
        Poll* poll = matcher_.take_poll();
        if (poll->ended()) continue;  // it is about to leave
        ++forwarded_polls_;
        poll->hand_over(GoToRoot{});
    }
    while (matcher_.waiting_polls() == 0 && forwarded_tasks_ < options.forwarded_tasks_max) {
        const TaskPtr first = matcher_.first_task();
        if (first && first->adder_waits_until <= now) break;  // whoever adds it is about to take it
        TaskPtr task = next_task(now);
        if (!task) break;
        ++forwarded_tasks_;
        begin(forward_task(std::move(task)));
    }
}

role::v1::AddTaskRequest Partition::forwarding(const Task& task, Duration wait) const {
    role::v1::AddTaskRequest request;
    request.set_task_queue(sibling(key_, 0).name);
    request.set_task_queue_type(key_.type);
    *request.mutable_task() = task.info;
    request.set_forwarded_from(key_.name);
    request.set_wait_ms(std::chrono::ceil<std::chrono::milliseconds>(wait).count());
    request.set_request_id(task.request_id);
    return request;
}

Async<void> Partition::forward_task(TaskPtr task) {
    const Options& options = environment_.options;
    const TimePoint now = environment_.clock.now();
    const Duration left = task->adder_waits_until == kNever
                              ? options.forward_wait_max
                              : std::max<Duration>(task->adder_waits_until - now, 0s);
    const Duration wait = std::min(left, options.forward_wait_max);
    rpc::CallContext context;
    context.cancellation = forwarding_;
    context.deadline = saturating_add(now, wait + options.record_started_timeout);
    role::v1::AddTaskRequest request = forwarding(*task, wait);
    auto call = environment_.matching->add_task(std::move(context), std::move(request));
    const Result<role::v1::AddTaskResponse> answer = co_await std::move(call);
    --forwarded_tasks_;
    forwarded(task, answer);
    if (!closed_) match();
}

void Partition::forwarded(const TaskPtr& task, const Result<role::v1::AddTaskResponse>& answer) {
    if (!answer.ok()) {
        // The root may have started it: then another request id finds it obsolete.
        task->request_id.clear();
        if (mutant("forwarded_task_dropped")) return finish(task, Task::State::dropped);
        pause_forwarding();
        give_back(task);
    } else if (answer->sync_matched()) {
        last_started_at_root_ = environment_.clock.now();
        finish(task, Task::State::started);
        tell_backlog();
    } else if (!answer->not_started()) {
        finish(task, Task::State::dropped);
    } else if (!answer->request_id().empty()) {
        task->request_id = answer->request_id();
        start_failed(task);
    } else {
        give_back(task);
    }
}

void Partition::pause_forwarding() {
    forward_after_ = saturating_add(environment_.clock.now(), environment_.options.forward_pause);
    alarm_.wake();
}

void Partition::returned_from_root(const Status& status) {
    --forwarded_polls_;
    if (!status.ok() && !closed_) pause_forwarding();
    match();
}

// At the root.
Async<Result<ForwardedTask>> Partition::add_forwarded(rpc::CallContext context, TaskPtr task,
                                                      Duration wait) {
    if (closed_) co_return moving();
    last_used_ = environment_.clock.now();
    if (task->expires <= last_used_) co_return ForwardedTask{ForwardedTask::End::dropped, {}};
    const Task::State state = co_await offer(task, wait, context.cancellation);
    switch (state) {
    case Task::State::started: co_return ForwardedTask{ForwardedTask::End::started, {}};
    case Task::State::dropped: co_return ForwardedTask{ForwardedTask::End::dropped, {}};
    case Task::State::abandoned: co_return moving();
    case Task::State::delayed:
        co_return ForwardedTask{ForwardedTask::End::not_started, task->request_id};
    case Task::State::waiting: matcher_.remove(*task); break;
    case Task::State::handed_over: ASSERT(false, "offer waits for the end of a start"); break;
    }
    co_return ForwardedTask{};
}

// The other partitions of the queue, at the root.

void Partition::members_changed() {
    if (!children_ || closed_) return;
    children_->members_changed();
    manage_children();
}

void Partition::manage_children() {
    if (closed_ || manages_children_ || !children_->has_work()) return;
    manages_children_ = true;
    begin(work_on_children());
}

Async<void> Partition::work_on_children() {
    co_await children_->work();
    manages_children_ = false;
}

}  // namespace server::matching

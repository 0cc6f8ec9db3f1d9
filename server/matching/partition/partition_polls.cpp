// The polls at a partition: who may come, waits, and leaves.
#include <algorithm>

#include "server/matching/partition/partition.h"

namespace server::matching {

namespace {

// Identities are shared by the workers of a process, so they count on the queue of the worker only.
bool belongs_to(const Poller& poller, const DepartingWorker& worker, const PartitionKey& queue) {
    if (!worker.worker_instance_key.empty() && !poller.worker_instance_key.empty()) {
        return poller.worker_instance_key == worker.worker_instance_key;
    }
    const bool is_its_queue =
        queue.sticky || worker.task_queue.empty() || worker.task_queue == queue_of(queue);
    return is_its_queue && !worker.identity.empty() && poller.identity == worker.identity;
}

}  // namespace

Status Partition::admit_poll() const {
    if (closed_) return moving();
    if (polls_.size() < environment_.options.pollers_max) return ok_status();
    return {Code::ResourceExhausted,
            "task queue " + key_.name + " has " + std::to_string(polls_.size()) +
                " open polls, the most allowed; run fewer pollers",
            ResourceExhausted{ResourceExhausted::Cause::concurrent,
                              ResourceExhausted::Scope::of_namespace}};
}

std::uint64_t Partition::join(Poll& poll) {
    const TimePoint now = environment_.clock.now();
    polls_.emplace(next_poll_, &poll);
    last_used_ = now;
    last_poll_ = now;
    recent_pollers_.seen(poll.poller().info, now);
    if (poll.poller().rate_limit) {
        rate_shares_ = std::max(1, poll.poller().partitions);
        limiter_.set_rate(*poll.poller().rate_limit / rate_shares_, now);
        limited_until_ = kEpoch;
    }
    return next_poll_++;
}

void Partition::leave(Poll& poll) {
    const TimePoint now = environment_.clock.now();
    matcher_.remove(poll);
    taken_.erase(poll.order());
    polls_.erase(poll.order());
    last_used_ = now;
    if (poll.ended()) return;  // the worker has gone: it was seen when it came
    last_poll_ = now;
    recent_pollers_.seen(poll.poller().info, now);
}

Async<Work> Partition::wait_for_work(Poll& poll) {
    if (!poll.ended() && environment_.clock.now() < poll.ends()) {
        matcher_.add(poll);
        match();
        co_await poll.wait();
        matcher_.remove(poll);
    }
    Work work = poll.take_work();
    const bool keeps = std::holds_alternative<TaskPtr>(work) && !poll.cancelled();
    if (poll.ended() && !keeps && !is_empty(work)) give_back(std::exchange(work, Work{}));
    co_return work;
}

void Partition::end_poll(std::uint64_t order) {
    const auto poll = polls_.find(order);
    if (poll != polls_.end()) poll->second->end();
}

void Partition::end_polls_of(const DepartingWorker& worker) {
    if (worker.namespace_id != key_.namespace_id) return;
    for (const auto& [order, poll] : polls_) {
        if (belongs_to(poll->poller(), worker, key_)) end_unless_taken(*poll);
    }
}

bool Partition::polled_within(Duration window) const {
    const auto is_open = [](const auto& entry) { return !entry.second->ended(); };
    if (std::any_of(polls_.begin(), polls_.end(), is_open)) return true;
    return last_poll_ && *last_poll_ >= environment_.clock.now() - window;
}

}  // namespace server::matching

#include "server/matching/partition/poll.h"

#include <algorithm>

#include "server/matching/partition/partition.h"

namespace server::matching {

namespace {

// Before the caller's deadline, so that the worker sees an empty success and not an error.
TimePoint end_of_poll(const Environment& environment, TimePoint deadline) {
    const Options& options = environment.options;
    const TimePoint longest = saturating_add(environment.clock.now(), options.long_poll);
    return deadline == kNever ? longest : std::min(longest, deadline - options.poll_margin);
}

}  // namespace

Poll::Poll(Partition& partition, const rpc::CallContext& context, Poller poller)
    : partition_(partition), cancellation_(context.cancellation), poller_(std::move(poller)),
      order_(partition.join(*this)), ends_(end_of_poll(partition.environment(), context.deadline)),
      alarm_(partition.environment().clock, partition.lane().executor()) {
    auto cancel = [home = partition.weak_from_this(), order = order_] {
        if (const auto alive = home.lock()) alive->end_poll(order);
    };
    subscription_.emplace(cancellation_->subscribe(partition.lane(), std::move(cancel)));
}

Poll::~Poll() { partition_.leave(*this); }

Async<void> Poll::wait() { co_await alarm_.wait_until(ends_); }

void Poll::hand_over(Work work) {
    work_ = std::move(work);
    alarm_.wake();
}

void Poll::end() {
    ended_ = true;
    if (at_root_) at_root_->cancel();
    alarm_.wake();
}

std::shared_ptr<Cancellation> Poll::at_root() {
    at_root_ = Cancellation::create();
    if (ended()) at_root_->cancel();
    return at_root_;
}

}  // namespace server::matching

#include "server/matching/partition/children.h"

#include <algorithm>
#include <cmath>

#include "server/base/mutant.h"

namespace server::matching {

Children::Children(Environment& environment, boost::asio::any_io_executor executor,
                   PartitionKey root)
    : environment_(environment), root_(std::move(root)),
      alarm_(environment.clock, std::move(executor)), changed_at_(environment.clock.now()) {}

void Children::found(int highest) {
    knows_all_ = true;
    highest_ = std::max(highest_, highest);
    members_changed();
    decide();
}

void Children::members_changed() {
    for (int number = 1; number <= highest_; ++number) to_wake_.insert(number);
}

void Children::added() {
    const TimePoint now = environment_.clock.now();
    added_.count(now);
    if (now >= decide_at_) decide();
}

void Children::dispatched() {
    const TimePoint now = environment_.clock.now();
    dispatched_.count(now);
    if (now >= decide_at_) decide();
}

int Children::configured() const {
    const Options& options = environment_.options;
    return std::max(options.write_partitions, options.read_partitions);
}

int Children::for_tasks() const {
    const int set = environment_.options.write_partitions;
    return set > 0 ? std::min(set, announced_) : announced_;
}

int Children::for_polls() const {
    const int set = environment_.options.read_partitions;
    return set > 0 ? std::max(std::min(set, announced_), for_tasks()) : announced_;
}

int Children::wanted_by_load(TimePoint now) const {
    const Options& options = environment_.options;
    const double own = std::max(added_.per_second(now), dispatched_.per_second(now));
    const double load = own * announced_ / options.partition_tasks_per_second;
    const int useful =
        std::min(options.queue_partitions_max, static_cast<int>(environment_.lanes_in_cluster));
    const int wanted = std::clamp(static_cast<int>(std::ceil(load)), 1, std::max(1, useful));
    if (wanted >= announced_) return wanted;
    const bool is_little = load < announced_ / 2.0 &&
                           now >= saturating_add(changed_at_, options.partitions_shrink_after);
    return is_little ? wanted : announced_;
}

void Children::decide() {
    const TimePoint now = environment_.clock.now();
    decide_at_ = saturating_add(now, environment_.options.partitions_interval);
    const int set = std::min(configured(), environment_.options.queue_partitions_max);
    wanted_ = set > 0 ? set : wanted_by_load(now);
    if (mutant("partition_announced_early")) highest_ = std::max(highest_, wanted_ - 1);
    if (wanted_ == announced_ || wanted_ - 1 > highest_) return;
    if (set == 0) {
        log::info("task queue has another number of partitions",
                  {{"namespace_id", root_.namespace_id},
                   {"task_queue", root_.name},
                   {"task_queue_type", root_.type},
                   {"partitions", wanted_}});
    }
    announced_ = wanted_;
    changed_at_ = now;
    added_ = RateMeter{};  // from now on the root has another share
    dispatched_ = RateMeter{};
}

Async<void> Children::work() {
    while (!closed_ && has_work()) {
        const bool wakes = !to_wake_.empty();
        const int number = wakes ? *to_wake_.begin() : highest_ + 1;
        to_wake_.erase(number);  // a change of the members meanwhile counts
        auto call = wakes ? wake_one(number) : create_one(number);
        const Status status = co_await std::move(call);
        if (status.ok()) {
            log_.succeeded();
            continue;
        }
        log_.failed(status);
        if (wakes) to_wake_.insert(number);
        co_await pause();
    }
}

// To be described, a partition is loaded by its owner.
Async<Status> Children::wake_one(int number) {
    if (mutant("partition_not_woken")) co_return ok_status();
    rpc::CallContext context;
    context.deadline = saturating_add(environment_.clock.now(), environment_.options.stop_wait_max);
    role::v1::DescribeTaskQueueRequest request;
    request.set_namespace_id(root_.namespace_id);
    request.set_one_partition(true);
    request.mutable_request()->mutable_task_queue()->set_name(sibling(root_, number).name);
    request.mutable_request()->set_task_queue_type(
        static_cast<::temporal::api::enums::v1::TaskQueueType>(root_.type));
    auto call = environment_.matching->describe_task_queue(std::move(context), std::move(request));
    const auto described = co_await std::move(call);
    co_return described.status();
}

Async<Status> Children::create_one(int number) {
    store::TaskQueueClaim claim{
        {root_.namespace_id, sibling(root_, number).name, static_cast<std::int16_t>(root_.type)},
        environment_.options.owner,
        root_.name};
    const auto lease = co_await environment_.task_queues.acquire(std::move(claim));
    if (!lease.ok()) co_return lease.status();
    highest_ = std::max(highest_, number);
    decide();
    co_return ok_status();
}

Async<void> Children::pause() {
    const TimePoint next =
        saturating_add(environment_.clock.now(), environment_.options.forward_pause);
    while (!closed_ && environment_.clock.now() < next) co_await alarm_.wait_until(next);
}

void Children::close() {
    closed_ = true;
    alarm_.wake();
}

}  // namespace server::matching

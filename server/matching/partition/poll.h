#pragma once
// One long poll while it is at its partition; a local of the coroutine that serves the call. It
// joins when it is made and leaves when that coroutine ends, on the lane of the partition.

#include <memory>
#include <string>

#include "server/matching/partition/task.h"
#include "server/rpc/call_context.h"
#include "server/runtime/cancellation.h"
#include "temporal/api/taskqueue/v1/message.pb.h"

namespace server::matching {

class Partition;

// Who polls, as the poll request says.
struct Poller {
    std::string identity;
    std::string worker_instance_key;
    // Tasks per second that the whole queue may dispatch; the latest poll that sets one decides.
    std::optional<double> rate_limit;
    int partitions = 1;  // among which the polls are spread
    // What DescribeTaskQueue shows: identity, rate, deployment.
    ::temporal::api::taskqueue::v1::PollerInfo info;
};

class Poll {
public:
    Poll(Partition& partition, const rpc::CallContext& context, Poller poller);
    ~Poll();
    Poll(const Poll&) = delete;
    Poll& operator=(const Poll&) = delete;

    std::uint64_t order() const { return order_; }
    const Poller& poller() const { return poller_; }
    // When it ends by itself with an empty success.
    TimePoint ends() const { return ends_; }

    // Waits until something was handed over or the time is up. A poll that was cancelled or ended
    // does not wait.
    Async<void> wait();
    // Gives it work. It takes part in no match until it waits again.
    void hand_over(Work work);
    Work take_work() { return std::exchange(work_, Work{}); }

    // It leaves at the next occasion, with an empty success or the task that it has got.
    void end();
    // Of a call to the root on its behalf: cancelled when it ends.
    std::shared_ptr<Cancellation> at_root();
    bool ended() const { return ended_ || cancellation_->cancelled(); }
    bool cancelled() const { return cancellation_->cancelled(); }

private:
    Partition& partition_;
    std::shared_ptr<Cancellation> cancellation_;
    Poller poller_;
    std::uint64_t order_;
    TimePoint ends_;
    Alarm alarm_;
    Work work_;
    std::shared_ptr<Cancellation> at_root_;
    bool ended_ = false;
    std::optional<Cancellation::Subscription> subscription_;
};

}  // namespace server::matching

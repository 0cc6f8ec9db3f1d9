#include "server/matching/partition/waiting_poll.h"

#include "server/base/mutant.h"
#include "server/matching/partition/partition.h"

namespace server::matching {

namespace {

class WaitingPoll final : public workflow::WaitingWorker {
public:
    WaitingPoll(const std::shared_ptr<Partition>& partition, const Poll& poll)
        : partition_(partition), order_(poll.order()), identity_(poll.poller().identity) {}

    ~WaitingPoll() override {
        if (handed_over_ || mutant("waiting_poll_not_put_back")) return;
        if (const auto alive = partition_.lock()) alive->put_back(order_);
    }

    const std::string& identity() const override { return identity_; }

    void hand_over(state::v1::BacklogTask task) override {
        handed_over_ = true;
        if (const auto alive = partition_.lock()) {
            alive->give_started(order_, make_task(std::move(task)));
        }
    }

private:
    std::weak_ptr<Partition> partition_;
    std::uint64_t order_;
    std::string identity_;
    bool handed_over_ = false;
};

}  // namespace

std::unique_ptr<workflow::WaitingWorker> take_waiting_poll(std::shared_ptr<Partition> partition) {
    const Poll* poll = partition->take_poll();
    if (poll == nullptr) return nullptr;
    return std::make_unique<WaitingPoll>(partition, *poll);
}

}  // namespace server::matching

#include "tests/scale/matching_cluster.h"

#include <optional>

#include "tests/support/await.h"
#include "tests/support/catch.h"

namespace server::tests {

namespace {

Async<bool> stopped(matching::Service& service) {
    co_await service.stop();
    co_return true;
}

Async<bool> left(cluster::Membership& membership) {
    co_await membership.leave();
    co_return true;
}

}  // namespace

Async<Result<role::v1::WatchResponse>> MatchingCluster::NoPeers::watch(
    std::string, role::v1::WatchRequest, TimePoint, std::shared_ptr<Cancellation> stop) {
    std::optional<Cancellation::Subscription> subscription;
    auto wait = [&](Resume<bool> resume) {
        subscription.emplace(
            stop->subscribe_inline([resume = std::move(resume)] { resume(true); }));
    };
    co_await suspend<bool>(wait);
    co_return Status(Code::Cancelled, "the test ends");
}

MatchingCluster::MatchingCluster(store::TaskQueues& task_queues, Shape shape,
                                 matching::Options options)
    : task_queues_(task_queues), shape_(shape), options_(std::move(options)) {
    start();
}

MatchingCluster::~MatchingCluster() {
    stop();
    callers.stop();
    lane_.stop();
}

void MatchingCluster::start() {
    for (int number = 0; number < shape_.processes; ++number) {
        auto process = std::make_unique<Process>();
        process->address = "matching-" + std::to_string(number) + ":7235";
        process->lanes = std::make_unique<Lanes>(shape_.lanes);
        matching::Options options = options_;
        options.owner = process->address;
        process->service = std::make_unique<matching::Service>(clock, random_, *process->lanes,
                                                               task_queues_, std::move(options));
        memberships_.push_back(std::make_unique<cluster::Membership>(
            members_.membership(), clock, lane_, peers_, "host-" + random_.uuid()));
        store::MemberRecord own;
        own.host_id = memberships_.back()->host_id();
        own.role = Role::matching;
        own.address = own.membership_address = process->address;
        REQUIRE(await(on(lane_, memberships_.back()->join({own}))).ok());
        processes_.push_back(std::move(process));
    }
    const auto connect = [this](const std::string& address) -> std::shared_ptr<rpc::Matching> {
        for (const auto& process : processes_) {
            if (process->address == address) return {process->service.get(), [](auto*) {}};
        }
        FAIL("nobody has the address " + address);
        return nullptr;
    };
    auto& seen_by = *memberships_.back();  // who joined last has seen all
    router_ =
        std::make_unique<rpc::RoleRouter<rpc::Matching>>(seen_by, clock, Role::matching, connect);
    routed_ = std::make_unique<rpc::RoutedMatching>(*router_);
    for (const auto& process : processes_) {
        process->service->connect(history, routed_.get());
        process->service->assign(seen_by.view(), process->address);
    }
}

void MatchingCluster::stop() {
    router_->stop();
    for (const auto& process : processes_) await(stopped(*process->service));
    for (const auto& membership : memberships_) await(on(lane_, left(*membership)));
    for (const auto& process : processes_) process->lanes->stop();
    routed_.reset();
    router_.reset();
    processes_.clear();
    memberships_.clear();
}

void MatchingCluster::restart() {
    stop();
    start();
}

}  // namespace server::tests

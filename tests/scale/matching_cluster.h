#pragma once
// The matching roles of several processes in one, with threads for lanes, on a real store; callers
// reach them as in a cluster, and a history role that only remembers which tasks were started.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/cluster/membership.h"
#include "server/matching/service.h"
#include "server/rpc/role_router.h"
#include "server/rpc/routed_matching.h"
#include "server/store/memory/memory_store.h"
#include "tests/scale/starts.h"

namespace server::tests {

inline constexpr char kNamespace[] = "3d6f6a8e-9b4a-4f0e-8a53-0c1f2b3a4d5e";

class MatchingCluster {
public:
    struct Shape {
        int processes = 2;
        std::size_t lanes = 2;  // of each
    };
    MatchingCluster(store::TaskQueues& task_queues, Shape shape, matching::Options options);
    ~MatchingCluster();

    SystemClock clock;
    Starts history;
    Lanes callers{2};

    rpc::Matching& matching() { return *routed_; }
    matching::Service& process(std::size_t index) { return *processes_[index]->service; }
    // Every process goes away and others begin on the same store.
    void restart();

private:
    struct Process {
        std::string address;
        std::unique_ptr<Lanes> lanes;
        std::unique_ptr<matching::Service> service;
    };
    // No peer of this process dies or drains.
    class NoPeers final : public cluster::PeerWatch {
        Async<Result<role::v1::WatchResponse>> watch(std::string, role::v1::WatchRequest, TimePoint,
                                                     std::shared_ptr<Cancellation> stop) override;
    };

    void start();
    void stop();

    store::TaskQueues& task_queues_;
    const Shape shape_;
    const matching::Options options_;
    Random random_{1};
    store::memory::MemoryStore members_;
    NoPeers peers_;
    Lane lane_{"membership"};
    std::vector<std::unique_ptr<cluster::Membership>> memberships_;
    std::vector<std::unique_ptr<Process>> processes_;
    std::unique_ptr<rpc::RoleRouter<rpc::Matching>> router_;
    std::unique_ptr<rpc::RoutedMatching> routed_;
};

}  // namespace server::tests

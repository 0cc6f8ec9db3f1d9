#pragma once
// How this process watches another one (cluster/membership.h): the call Cluster.Watch, and, when it
// ends without an answer, a look at whether anybody still listens there.

#include <memory>
#include <string>

#include "server/rpc/peer_watches.h"
#include "server/runtime/clock.h"
#include "server/runtime/lane.h"

namespace server::app {

class ProcessWatch final : public cluster::PeerWatch {
public:
    // A host that does not even refuse a connection within this time is silent, not dead.
    static constexpr Duration kProbeTimeout = 500ms;

    // All of them outlive it. Its calls run on `lane`.
    ProcessWatch(rpc::Peers& peers, Clock& clock, Lane& lane)
        : calls_(peers), clock_(clock), lane_(lane) {}

    Async<Result<role::v1::WatchResponse>> watch(std::string address,
                                                 role::v1::WatchRequest request, TimePoint deadline,
                                                 std::shared_ptr<Cancellation> stop) override;

private:
    // Whether the host says that nobody listens at this address.
    Async<bool> refuses_connections(std::string address);

    rpc::PeerWatches calls_;
    Clock& clock_;
    Lane& lane_;
};

}  // namespace server::app

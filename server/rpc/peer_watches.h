#pragma once
// Cluster.Watch between the memberships of two processes: what cluster::Membership calls and what
// it answers, over the network.

#include "server/cluster/membership.h"
#include "server/rpc/remote_cluster_peer.h"

namespace server::rpc {

// The calling side. `network` outlives it.
class PeerWatches final : public cluster::PeerWatch {
public:
    explicit PeerWatches(Network& network) : network_(network) {}

    // Unavailable only when nobody of the cluster listens at `address`: when the call breaks, one
    // look tells a process that has ended from a host that is silent (DeadlineExceeded). A process
    // that answers "not now" lives: that is Aborted.
    Async<Result<role::v1::WatchResponse>> watch(std::string address,
                                                 role::v1::WatchRequest request, TimePoint deadline,
                                                 std::shared_ptr<Cancellation> stop) override;

private:
    Network& network_;
};

// The callee's side. `membership` outlives the listener.
class MembershipPeer final : public ClusterPeer {
public:
    explicit MembershipPeer(cluster::Membership& membership) : membership_(membership) {}

    Async<Result<role::v1::WatchResponse>> watch(CallContext context,
                                                 role::v1::WatchRequest request) override {
        return membership_.answer_watch(std::move(request), context.deadline,
                                        std::move(context.cancellation));
    }

private:
    cluster::Membership& membership_;
};

}  // namespace server::rpc

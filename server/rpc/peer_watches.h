#pragma once
// Cluster.Watch between the memberships of two processes: what cluster::Membership calls and what
// it answers, over gRPC.

#include "server/cluster/membership.h"
#include "server/rpc/remote_cluster_peer.h"

namespace server::rpc {

// The calling side. `peers` outlives it.
class PeerWatches final : public cluster::PeerWatch {
public:
    explicit PeerWatches(Peers& peers) : peers_(peers) {}

    // Unavailable only when nobody of the cluster answers at `address` (PeerUnreachable). A process
    // that answers "not now" lives: that is Aborted.
    Async<Result<role::v1::WatchResponse>> watch(std::string address,
                                                 role::v1::WatchRequest request, TimePoint deadline,
                                                 std::shared_ptr<Cancellation> stop) override;

private:
    Peers& peers_;
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

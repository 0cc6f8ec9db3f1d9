#pragma once
// What the processes of a cluster ask one another (proto/server/role/v1/cluster.proto): whether the
// other is still there, and whether it is about to leave.

#include "server/role/v1/cluster.pb.h"
#include "server/rpc/call_context.h"
#include "server/runtime/async.h"

namespace server::rpc {

class ClusterPeer {
public:
    virtual ~ClusterPeer() = default;

    // A long poll. The failure that matters is PeerUnreachable: the process died.
    virtual Async<Result<role::v1::WatchResponse>> watch(CallContext context,
                                                         role::v1::WatchRequest request) = 0;
};

}  // namespace server::rpc

#pragma once
// Another process of the cluster, at the address of any of its listeners for roles.

#include "server/rpc/remote_role.h"
#include "server/rpc/role_methods.h"

namespace server::rpc {

class RemoteClusterPeer final : public ClusterPeer, private RemoteRole {
public:
    RemoteClusterPeer(Network& network, std::string address)
        : RemoteRole(network, std::move(address), RoleMethods<ClusterPeer>::kService) {}

    Async<Result<role::v1::WatchResponse>> watch(CallContext context,
                                                 role::v1::WatchRequest request) override {
        return send<role::v1::WatchResponse>(std::move(context), std::move(request));
    }
};

}  // namespace server::rpc

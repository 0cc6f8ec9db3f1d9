#pragma once
// Calls between the processes of a cluster by gRPC: the connections to the others, and the proof
// that both ends are of the same cluster. A store that belongs to one process has no secret, and
// nothing is proven.

#include <optional>
#include <string>

#include "server/rpc/cluster_proof.h"
#include "server/rpc/peer.h"
#include "server/store/cluster_metadata.h"

namespace server::app {

class InternalCalls {
public:
    // `clock` outlives it.
    InternalCalls(const store::ClusterIdentity& identity, Clock& clock);

    rpc::Network& network() { return peers_; }
    // Who may call the listener at `own_address`; empty where nothing is proven.
    rpc::Authenticate guard(std::string own_address);

    // Ends the calls to other processes. Blocks; not on a lane.
    void stop() { peers_.stop(); }

private:
    std::optional<rpc::ClusterProof> proof_;
    rpc::Peers peers_;
};

}  // namespace server::app

#pragma once
// This process among the others of its cluster: who they are, how they are reached, and the roles
// wherever they run.
//
//   frontend, history, matching ─▶ RoutedHistory, RoutedMatching ─┬─▶ the role of this process
//                                         │ ring                  └─▶ Network ─▶ another process
//                                    Membership ◀─ PeerWatches ─▶ the other processes
//
// A store of one process (SQLite) has the same parts, and nobody else in the rings.

#include <memory>
#include <string>

#include "server/cluster/membership.h"
#include "server/rpc/method_table.h"
#include "server/rpc/peer_watches.h"
#include "server/rpc/routed_history.h"
#include "server/rpc/routed_matching.h"
#include "server/store/store.h"

namespace server::app {

class ClusterLink {
public:
    // The collaborators outlive it.
    ClusterLink(store::Store& store, const store::ClusterIdentity& identity, Clock& clock,
                Lanes& lanes, std::string host_id, rpc::Network& network);

    cluster::Membership& membership() { return membership_; }
    // The roles, wherever they are.
    rpc::History& history() { return history_; }
    rpc::Matching& matching() { return matching_; }
    // Those of this process. Before join().
    void set_local(std::string address, rpc::History& history);
    void set_local(std::string address, rpc::Matching& matching);

    // Cluster.Watch, for every listener that other processes call.
    const rpc::MethodTable& watch_table() const { return watch_table_; }

    // Calls to a role that has moved are not tried again any more.
    void stop_routing();

private:
    rpc::PeerWatches peer_watches_;
    cluster::Membership membership_;
    rpc::RoleRouter<rpc::History> history_router_;
    rpc::RoleRouter<rpc::Matching> matching_router_;
    rpc::RoutedHistory history_;
    rpc::RoutedMatching matching_;
    rpc::MembershipPeer watched_;
    rpc::MethodTable watch_table_;
};

}  // namespace server::app

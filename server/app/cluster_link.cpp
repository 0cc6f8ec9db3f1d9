#include "server/app/cluster_link.h"

#include "server/rpc/remote_history.h"
#include "server/rpc/remote_matching.h"
#include "server/rpc/role_tables.h"

namespace server::app {

ClusterLink::ClusterLink(store::Store& store, const store::ClusterIdentity& identity, Clock& clock,
                         Lanes& lanes, std::string host_id, rpc::Network& network)
    : peer_watches_(network),
      membership_(store.membership(), clock, lanes.for_key(0), peer_watches_, std::move(host_id)),
      history_router_(membership_, clock, Role::history,
                      [&network](const std::string& address) {
                          return std::make_shared<rpc::RemoteHistory>(network, address);
                      }),
      matching_router_(membership_, clock, Role::matching,
                       [&network](const std::string& address) {
                           return std::make_shared<rpc::RemoteMatching>(network, address);
                       }),
      history_(history_router_, identity.history_shard_count), matching_(matching_router_),
      watched_(membership_), watch_table_(rpc::table_of(watched_)) {}

void ClusterLink::set_local(std::string address, rpc::History& history) {
    history_router_.set_local(std::move(address), history);
}

void ClusterLink::set_local(std::string address, rpc::Matching& matching) {
    matching_router_.set_local(std::move(address), matching);
}

void ClusterLink::stop_routing() {
    history_router_.stop();
    matching_router_.stop();
}

}  // namespace server::app

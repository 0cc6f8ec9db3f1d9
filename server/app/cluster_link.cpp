#include "server/app/cluster_link.h"

#include "server/rpc/remote_history.h"
#include "server/rpc/remote_matching.h"
#include "server/rpc/role_tables.h"

namespace server::app {

namespace {

std::optional<rpc::ClusterProof> proof_of(const store::ClusterIdentity& identity, Clock& clock) {
    if (identity.internal_secret.empty()) return std::nullopt;
    return std::optional<rpc::ClusterProof>(std::in_place, identity.cluster_id,
                                            identity.internal_secret, clock);
}

rpc::Peers::Options peer_options(std::optional<rpc::ClusterProof>& proof) {
    rpc::Peers::Options options;
    if (proof) {
        options.prove = [&proof](std::string_view path, std::string_view address) {
            return proof->make(path, address);
        };
    }
    return options;
}

}  // namespace

ClusterLink::ClusterLink(store::Store& store, const store::ClusterIdentity& identity, Clock& clock,
                         Lanes& lanes, std::string host_id)
    : proof_(proof_of(identity, clock)), peers_(clock, peer_options(proof_)),
      process_watch_(peers_, clock, lanes.for_key(0)),
      membership_(store.membership(), clock, lanes.for_key(0), process_watch_, std::move(host_id)),
      history_router_(membership_, clock, Role::history,
                      [this](const std::string& address) {
                          return std::make_shared<rpc::RemoteHistory>(peers_, address);
                      }),
      matching_router_(membership_, clock, Role::matching,
                       [this](const std::string& address) {
                           return std::make_shared<rpc::RemoteMatching>(peers_, address);
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

rpc::Authenticate ClusterLink::guard(std::string own_address) {
    if (!proof_) return {};
    return proof_->guard(std::move(own_address));
}

}  // namespace server::app

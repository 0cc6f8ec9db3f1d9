#include "server/app/internal_calls.h"

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

InternalCalls::InternalCalls(const store::ClusterIdentity& identity, Clock& clock)
    : proof_(proof_of(identity, clock)), peers_(clock, peer_options(proof_)) {}

rpc::Authenticate InternalCalls::guard(std::string own_address) {
    if (!proof_) return {};
    return proof_->guard(std::move(own_address));
}

}  // namespace server::app

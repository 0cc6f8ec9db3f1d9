#include "server/app/role_set.h"

#include "server/rpc/role_tables.h"

namespace server::app {

RoleSet::RoleSet(const Collaborators& collaborators, std::map<Role, std::string> addresses,
                 const store::ClusterIdentity& identity, RoleOptions options)
    : addresses_(std::move(addresses)), collaborators_(collaborators), link_(collaborators.link) {
    if (addresses_.contains(Role::history)) make_history(identity, std::move(options.history));
    if (addresses_.contains(Role::matching)) make_matching(std::move(options.matching));
    if (addresses_.contains(Role::worker)) worker_ = std::make_unique<worker::Worker>();
    if (addresses_.contains(Role::frontend)) make_frontend(identity, options.frontend);
}

store::Store& RoleSet::store_of(Role role) {
    auto& measured = stores_[role];
    measured =
        std::make_unique<store::MeasuredStore>(collaborators_.store, collaborators_.metrics,
                                               collaborators_.clock, std::string(to_string(role)));
    return *measured;
}

void RoleSet::make_history(const store::ClusterIdentity& identity, history::Options options) {
    const std::string& address = addresses_.at(Role::history);
    options.shard_count = identity.history_shard_count;
    options.owner = address;
    const history::Collaborators needed{collaborators_.clock,      collaborators_.random,
                                        collaborators_.lanes,      store_of(Role::history),
                                        collaborators_.namespaces, &collaborators_.metrics};
    history_ = std::make_unique<history::Service>(needed, std::move(options));
    history_->connect(link_.matching(), link_.history());
    link_.set_local(address, *history_);
    history_table_ = std::make_unique<rpc::MethodTable>(rpc::table_of(*history_));
}

void RoleSet::make_matching(matching::Options options) {
    const std::string& address = addresses_.at(Role::matching);
    options.owner = address;
    matching_ = std::make_unique<matching::Service>(
        collaborators_.clock, collaborators_.random, collaborators_.lanes,
        store_of(Role::matching).task_queues(), std::move(options), &collaborators_.metrics);
    matching_->name_namespaces_by([&namespaces = collaborators_.namespaces](const std::string& id) {
        return namespaces.find_cached_name(id);
    });
    matching_->connect(link_.history(), &link_.matching());
    link_.set_local(address, *matching_);
    matching_table_ = std::make_unique<rpc::MethodTable>(rpc::table_of(*matching_));
}

void RoleSet::make_frontend(const store::ClusterIdentity& identity,
                            const frontend::Limits& limits) {
    const frontend::Frontend::Collaborators needed{
        collaborators_.clock,   collaborators_.random,    link_.history(),
        link_.matching(),       store_of(Role::frontend), collaborators_.namespaces,
        &collaborators_.metrics};
    frontend_ = std::make_unique<frontend::Frontend>(needed, identity, limits);
    frontend_->register_methods(workflow_service_, operator_service_);
    frontend_->register_admin_methods(admin_service_);
    frontend_->set_address(addresses_.at(Role::frontend));
}

void RoleSet::assign(const cluster::ViewPtr& view) {
    if (history_) history_->assign(view->ring(Role::history), addresses_.at(Role::history));
    if (matching_) matching_->assign(view, addresses_.at(Role::matching));
}

Async<void> RoleSet::settled() {
    if (history_) co_await history_->settled();
}

void RoleSet::reconfigure(const RoleOptions& options) {
    if (history_) history_->reconfigure(options.history);
    if (matching_) matching_->reconfigure(options.matching);
    if (frontend_) frontend_->set_limits(options.frontend);
}

Async<Status> RoleSet::start_worker() {
    if (!worker_) co_return ok_status();
    co_return co_await worker_->start();
}

Async<void> RoleSet::stop() {
    if (worker_) co_await worker_->stop();
    if (matching_) co_await matching_->stop();
    if (history_) co_await history_->stop();
}

std::vector<const rpc::MethodTable*> RoleSet::tables_for_clients() const {
    return {&workflow_service_, &operator_service_, &admin_service_};
}

std::vector<const rpc::MethodTable*> RoleSet::tables_for_peers(Role role) const {
    switch (role) {
    case Role::history: return {history_table_.get(), &link_.watch_table()};
    case Role::matching: return {matching_table_.get(), &link_.watch_table()};
    case Role::frontend:
    case Role::worker: return {&link_.watch_table()};
    }
    return {};
}

}  // namespace server::app

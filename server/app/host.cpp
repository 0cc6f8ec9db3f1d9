#include "server/app/host.h"

#include <algorithm>

#include "server/telemetry/log.h"

namespace server::app {

namespace {

std::vector<Role> roles_of(const std::map<Role, std::string>& addresses) {
    std::vector<Role> roles;
    for (const auto& [role, address] : addresses) roles.push_back(role);
    return roles;
}

RoleSet::Collaborators collaborators_of(const Host::Environment& environment, ClusterLink& link) {
    return {environment.clock,  environment.random,     environment.lanes,
            environment.store,  environment.namespaces, link,
            environment.metrics};
}

}  // namespace

Host::Host(const Environment& environment, const store::ClusterIdentity& identity,
           std::string host_id, std::map<Role, std::string> addresses, RoleOptions options)
    : clock_(environment.clock), played_(roles_of(addresses)),
      link_(environment.store, identity, environment.clock, environment.lanes, std::move(host_id),
            environment.network),
      roles_(collaborators_of(environment, link_), std::move(addresses), identity,
             std::move(options)) {
    membership().on_change(environment.lanes.for_key(0),
                           [this](const cluster::ViewPtr& view) { roles_.assign(view); });
}

Async<Status> Host::join(std::vector<store::MemberRecord> own) {
    CO_TRY(co_await membership().join(std::move(own)));
    joined_ = true;
    roles_.assign(membership().view());
    co_await roles_.settled();
    co_return co_await roles_.start_worker();
}

bool Host::has_successors() {
    const cluster::ViewPtr view = membership().view();
    const std::string& host_id = membership().host_id();
    return std::any_of(view->members().begin(), view->members().end(), [&](const auto& member) {
        const bool is_other = member.host_id != host_id && !member.draining;
        return is_other && std::find(played_.begin(), played_.end(), member.role) != played_.end();
    });
}

Async<void> Host::hand_over() {
    if (!joined_ || !has_successors()) co_return;
    const TimePoint begin = clock_.now();
    co_await membership().drain();
    roles_.assign(membership().view());
    co_await roles_.settled();
    log::info(
        "handed over",
        {{"took_ms",
          std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - begin).count()}});
}

Async<void> Host::leave() {
    link_.stop_routing();
    co_await roles_.stop();
    co_await membership().leave();
}

}  // namespace server::app

#include "server/app/listeners.h"

#include "server/app/address.h"
#include "server/app/port_owner.h"

namespace server::app {

namespace {

constexpr std::string_view kInternalPaths = "/server.role.v1.";

// Clients need no proof; what peers call on the same port does.
rpc::Authenticate guard_internal_paths(rpc::Authenticate guard) {
    if (!guard) return {};
    return [guard = std::move(guard)](const rpc::CallHeaders& headers, std::string_view path) {
        return path.starts_with(kInternalPaths) ? guard(headers, path) : ok_status();
    };
}

std::vector<std::string> health_names(Role role) {
    switch (role) {
    case Role::frontend:
        return {"temporal.api.workflowservice.v1.WorkflowService",
                "temporal.api.operatorservice.v1.OperatorService", rpc::kAdminHealth};
    case Role::history: return {rpc::kHistoryHealth};
    case Role::matching: return {rpc::kMatchingHealth};
    case Role::worker: return {rpc::kWorkerHealth};
    }
    return {};
}

rpc::GrpcServer::Options options_of(Role role, const Options& options, RoleSet& roles,
                                    InternalCalls& calls) {
    rpc::GrpcServer::Options listening;
    listening.services = roles.tables_for_peers(role);
    listening.health_names = health_names(role);
    rpc::Authenticate guard = calls.guard(advertised_address(options, role));
    if (role == Role::frontend) {
        for (const auto* table : roles.tables_for_clients()) listening.services.push_back(table);
        listening.authenticate = guard_internal_paths(std::move(guard));
        return listening;
    }
    listening.audience = rpc::Audience::roles;
    listening.limits = rpc::role_limits();
    listening.authenticate = std::move(guard);
    return listening;
}

}  // namespace

Status check_ports(const Options& options) {
    for (const auto& [role, endpoint] : options.roles) {
        if (!endpoint.listens) continue;
        TRY(check_port(endpoint.ip, endpoint.port, endpoint.setting));
    }
    if (options.internal_frontend) {
        const Endpoint& endpoint = *options.internal_frontend;
        TRY(check_port(endpoint.ip, endpoint.port, endpoint.setting));
    }
    if (options.metrics_port) {
        TRY(check_port(options.metrics_ip, *options.metrics_port, options.metrics_port_setting));
    }
    return ok_status();
}

std::string advertised_address(const Options& options, Role role) {
    const Endpoint& endpoint = options.roles.at(role);
    const std::string& host = options.advertised_host;
    return host_and_port(host.empty() ? endpoint.ip : host, endpoint.port);
}

Status Listeners::open(const Options& options, RoleSet& roles, InternalCalls& calls) {
    for (const auto& [role, endpoint] : options.roles) {
        if (!endpoint.listens) continue;
        TRY(open_one(endpoint, role, options_of(role, options, roles, calls)));
    }
    if (!options.internal_frontend) return ok_status();
    rpc::GrpcServer::Options internal;
    internal.services = roles.tables_for_clients();  // peers have the frontend's own port
    internal.health_names = health_names(Role::frontend);
    return open_one(*options.internal_frontend, std::nullopt, std::move(internal));
}

Status Listeners::open_one(const Endpoint& endpoint, std::optional<Role> role,
                           rpc::GrpcServer::Options options) {
    options.address = host_and_port(endpoint.ip, endpoint.port);
    TRY_ASSIGN(auto server, rpc::GrpcServer::start(std::move(options), lanes_, clock_));
    listening_.push_back({role, std::move(server)});
    return ok_status();
}

std::optional<std::uint16_t> Listeners::frontend_port() const {
    for (const Listening& listening : listening_) {
        if (listening.role != Role::frontend) continue;
        return static_cast<std::uint16_t>(listening.server->port());
    }
    return std::nullopt;
}

void Listeners::set_draining() {
    for (const Listening& listening : listening_) listening.server->set_draining();
}

void Listeners::stop(Duration grace) {
    for (const Listening& listening : listening_) listening.server->stop(grace);
}

}  // namespace server::app

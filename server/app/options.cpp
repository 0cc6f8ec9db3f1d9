#include "server/app/options.h"

#include <algorithm>

#include "server/app/address.h"

namespace server::app {

namespace {

constexpr std::string_view kInternalFrontend = "internal-frontend";

// Used where the file leaves them out.
struct DefaultPorts {
    std::string_view service;
    std::uint16_t grpc;
    std::uint16_t membership;
};
constexpr std::array kDefaultPorts{
    DefaultPorts{"frontend", 7233, 6933}, DefaultPorts{"history", 7234, 6934},
    DefaultPorts{"matching", 7235, 6935}, DefaultPorts{"worker", 7239, 6939},
    DefaultPorts{kInternalFrontend, 7236, 6936}};

const DefaultPorts& default_ports(std::string_view service) {
    const auto found =
        std::find_if(kDefaultPorts.begin(), kDefaultPorts.end(),
                     [&](const DefaultPorts& ports) { return ports.service == service; });
    ASSERT(found != kDefaultPorts.end(),
           "a service without default ports: " + std::string(service));
    return *found;
}

// Which address the original server would listen on.
std::string listen_ip(const config::Rpc& rpc) {
    if (!rpc.bind_on_ip.empty()) return rpc.bind_on_ip;
    return rpc.bind_on_local_host ? "127.0.0.1" : "0.0.0.0";
}

Endpoint endpoint_of(std::string_view service, const config::Rpc& rpc) {
    const DefaultPorts& ports = default_ports(service);
    Endpoint endpoint;
    endpoint.ip = listen_ip(rpc);
    endpoint.port = rpc.grpc_port == 0 ? ports.grpc : rpc.grpc_port;
    endpoint.membership_port = rpc.membership_port == 0 ? ports.membership : rpc.membership_port;
    endpoint.setting =
        "services." + std::string(service) + ".rpc.grpcPort in the configuration file";
    return endpoint;
}

Status read_service(const config::Config& config, const std::string& service, Options& options) {
    const auto role = find_role(service);
    if (!role && service != kInternalFrontend) {
        return invalid_argument("unknown service \"" + service +
                                "\": use frontend, internal-frontend, history, matching, worker");
    }
    const auto section = config.services.find(service);
    if (section == config.services.end()) {
        return invalid_argument("service " + service + " is asked for, and services." + service +
                                " is not in the configuration file; add it");
    }
    Endpoint endpoint = endpoint_of(service, section->second);
    if (role) {
        options.roles[*role] = std::move(endpoint);
    } else {
        options.internal_frontend = std::move(endpoint);
    }
    return ok_status();
}

Status read_services(const config::Config& config, std::vector<std::string> services,
                     Options& options) {
    if (services.empty()) {
        for (const auto& [name, unused] : config.services) services.push_back(name);
    }
    for (const std::string& service : services) TRY(read_service(config, service, options));
    if (options.internal_frontend && !options.roles.contains(Role::frontend)) {
        return failed_precondition(
            "internal-frontend is a listener of the frontend; start the service frontend with it");
    }
    return ok_status();
}

// Every role of a store that belongs to one process is in this process.
Status check_roles(const Options& options) {
    if (is_shared(options.store)) return ok_status();
    for (const Role role : kRoles) {
        if (options.roles.contains(role)) continue;
        return failed_precondition("service " + std::string(to_string(role)) +
                                   " is not started, and a sqlite store belongs to one process; "
                                   "start all services, or use a postgres12 datastore");
    }
    return ok_status();
}

// What other processes are told; 0.0.0.0 is no address to call.
Status check_advertised_host(const Options& options) {
    if (!is_shared(options.store) || !options.advertised_host.empty()) return ok_status();
    for (const auto& [role, endpoint] : options.roles) {
        if (endpoint.ip != "0.0.0.0" && endpoint.ip != "::") continue;
        const std::string service(to_string(role));
        return invalid_argument("services." + service + " listens on all addresses (" +
                                endpoint.ip +
                                "), so other processes have to be told which to call: set "
                                "global.membership.broadcastAddress, or services." +
                                service + ".rpc.bindOnIP");
    }
    return ok_status();
}

// global.metrics; listenAddress is host:port.
Status read_metrics(const config::Metrics& metrics, Options& options) {
    const std::string& address = metrics.prometheus.listen_address;
    options.metrics_path = metrics.prometheus.handler_path;
    options.metrics_presentation.tags = metrics.tags;
    options.metrics_presentation.prefix = metrics.prefix;
    const bool suffixes = metrics.prometheus.framework == "opentelemetry";
    options.metrics_presentation.counter_suffix = suffixes && !metrics.without_counter_suffix;
    options.metrics_presentation.unit_suffix = suffixes && !metrics.without_unit_suffix;
    if (address.empty()) return ok_status();
    const auto colon = address.rfind(':');
    const auto port = colon == std::string::npos
                          ? std::nullopt
                          : config::parse_integer(std::string_view(address).substr(colon + 1));
    if (!port || *port < 0 || *port > 65535) {
        return invalid_argument("global.metrics.prometheus.listenAddress: \"" + address +
                                "\" is not host:port, for example 127.0.0.1:8000");
    }
    options.metrics_ip = colon == 0 ? "0.0.0.0" : address.substr(0, colon);
    options.metrics_port = static_cast<std::uint16_t>(*port);
    return ok_status();
}

}  // namespace

std::map<Role, Endpoint> roles_of_one_process(const std::string& ip, std::uint16_t frontend_port) {
    std::map<Role, Endpoint> roles;
    for (const Role role : kRoles) {
        const DefaultPorts& ports = default_ports(to_string(role));
        Endpoint& endpoint = roles[role];
        endpoint.listens = role == Role::frontend;
        endpoint.ip = ip;
        endpoint.port = role == Role::frontend ? frontend_port : ports.grpc;
        endpoint.membership_port = ports.membership;
        endpoint.setting = "--port";
    }
    return roles;
}

Result<Options> options_from(const config::Config& config,
                             const std::vector<std::string>& services) {
    Options options;
    TRY_ASSIGN(options.store, store_options_from(config.persistence));
    TRY(read_services(config, services, options));
    options.advertised_host = config.global.membership.broadcast_address;
    TRY(check_roles(options));
    TRY(check_advertised_host(options));
    options.metrics_port_setting =
        "global.metrics.prometheus.listenAddress in the configuration file";
    TRY(read_metrics(config.global.metrics, options));
    options.history_shard_count = config.persistence.history_shard_count;
    options.cluster_name = config.cluster_metadata.current_cluster_name;
    options.identity_must_match = true;
    options.dynamic_config_file = config.dynamic_config_client.file_path;
    if (config.dynamic_config_client.poll_interval > Duration{}) {
        options.dynamic_config_interval = config.dynamic_config_client.poll_interval;
    }
    return options;
}

config::Config to_config(const Options& options) {
    const auto& file = std::get<store::sqlite::Options>(options.store);
    config::Config config;
    config::Sql sql{.plugin_name = "sqlite"};
    for (const auto& pragma : file.pragmas) sql.connect_attributes[pragma.name] = pragma.value;
    if (file.path == ":memory:") {
        sql.connect_attributes["mode"] = "memory";
    } else {
        sql.database_name = file.path;
    }
    config.persistence = {.default_store = "sqlite-default",
                          .visibility_store = "sqlite-default",
                          .history_shard_count = options.history_shard_count,
                          .datastores = {{"sqlite-default", {.sql = std::move(sql)}}}};
    for (const auto& [role, endpoint] : options.roles) {
        config::Rpc& rpc = config.services[std::string(to_string(role))];
        rpc.bind_on_ip = endpoint.ip;
        if (role == Role::frontend) rpc.grpc_port = endpoint.port;
    }
    if (options.metrics_port) {
        config.global.metrics.prometheus.listen_address =
            host_and_port(options.metrics_ip, *options.metrics_port);
    }
    config.cluster_metadata.master_cluster_name = options.cluster_name;
    config.cluster_metadata.current_cluster_name = options.cluster_name;
    return config;
}

Result<log::Options> log_options_from(const config::Log& section) {
    log::Options options;
    TRY_ASSIGN(options.level, log::parse_level(section.level));
    TRY_ASSIGN(options.format, log::parse_format(section.format));
    if (!section.output_file.empty()) {
        options.target = log::Target::file;
        options.file = section.output_file;
    } else if (section.standard_output) {
        options.target = log::Target::standard_output;
    }
    return options;
}

}  // namespace server::app

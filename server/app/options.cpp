#include "server/app/options.h"

#include <algorithm>

#include "server/app/address.h"

namespace server::app {

namespace {

const std::vector<std::string> kRoles{"frontend", "history", "matching", "worker"};

// All roles run in one process so far.
Status check_services(const config::Config& config, std::vector<std::string> services) {
    if (services.empty()) {
        for (const auto& [name, unused] : config.services) services.push_back(name);
    }
    for (const std::string& service : services) {
        if (std::find(kRoles.begin(), kRoles.end(), service) != kRoles.end()) continue;
        if (service == "internal-frontend") continue;  // in one process the frontend is it
        return invalid_argument("unknown service \"" + service +
                                "\": use frontend, history, matching and worker");
    }
    for (const std::string& role : kRoles) {
        if (std::find(services.begin(), services.end(), role) != services.end()) continue;
        return failed_precondition(
            "starting without the service " + role +
            " is not built yet; start frontend, history, matching and worker together");
    }
    return ok_status();
}

// Which address the original server would listen on.
std::string listen_ip(const config::Rpc& rpc) {
    if (!rpc.bind_on_ip.empty()) return rpc.bind_on_ip;
    return rpc.bind_on_local_host ? "127.0.0.1" : "0.0.0.0";
}

// connectAttributes holds pragmas and a few words of the driver.
Status read_store(const config::Sql& sql, Options& options) {
    if (sql.plugin_name != "sqlite") {
        return failed_precondition("persistence: the store " + sql.plugin_name +
                                   " is not built yet; use pluginName: sqlite");
    }
    bool in_memory = false;
    for (const auto& [name, value] : sql.connect_attributes) {
        if (name == "mode") {
            in_memory = value == "memory";
        } else if (name != "cache" && name != "setup") {
            options.pragmas[name] = value;
        }
    }
    if (in_memory) return ok_status();
    if (sql.database_name.empty()) {
        return invalid_argument(
            "persistence: a sqlite datastore needs databaseName, the path of its file, or "
            "connectAttributes with mode: memory");
    }
    options.database_file = sql.database_name;
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

Result<Options> options_from(const config::Config& config,
                             const std::vector<std::string>& services) {
    TRY(check_services(config, services));
    Options options;
    options.port_setting = "services.frontend.rpc.grpcPort in the configuration file";
    options.metrics_port_setting =
        "global.metrics.prometheus.listenAddress in the configuration file";
    const auto frontend = config.services.find("frontend");
    if (frontend != config.services.end()) {
        options.ip = listen_ip(frontend->second);
        if (frontend->second.grpc_port != 0) options.port = frontend->second.grpc_port;
    }
    const auto store = config.persistence.datastores.find(config.persistence.default_store);
    ASSERT(store != config.persistence.datastores.end() && store->second.sql,
           "load() has checked the stores");
    TRY(read_store(*store->second.sql, options));
    TRY(read_metrics(config.global.metrics, options));
    options.history_shard_count = config.persistence.history_shard_count;
    options.cluster_name = config.cluster_metadata.current_cluster_name;
    options.dynamic_config_file = config.dynamic_config_client.file_path;
    if (config.dynamic_config_client.poll_interval > Duration{}) {
        options.dynamic_config_interval = config.dynamic_config_client.poll_interval;
    }
    return options;
}

config::Config to_config(const Options& options) {
    config::Config config;
    config::Sql sql{.plugin_name = "sqlite",
                    .database_name = options.database_file,
                    .connect_attributes = options.pragmas};
    if (options.database_file.empty()) sql.connect_attributes["mode"] = "memory";
    config.persistence = {.default_store = "sqlite-default",
                          .visibility_store = "sqlite-default",
                          .history_shard_count = options.history_shard_count,
                          .datastores = {{"sqlite-default", {.sql = std::move(sql)}}}};
    for (const std::string& role : kRoles) config.services[role].bind_on_ip = options.ip;
    config.services["frontend"].grpc_port = options.port;
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

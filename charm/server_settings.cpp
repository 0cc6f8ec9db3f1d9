#include "charm/server_settings.h"

#include <algorithm>

#include "charm/connections.h"
#include "server/base/fingerprint32.h"
#include "server/config/duration.h"
#include "server/config/render.h"

namespace charm {

namespace {

using server::config::Config;
using server::config::Datastore;
using server::config::Sql;

constexpr std::int64_t kInitialFailoverVersion = 1;

Datastore datastore_of(const Model& model, const Database& database, const std::string& endpoint,
                       const PoolOptions& pool) {
    const DatabaseFiles files = database_files(endpoint);
    Sql sql{.plugin_name = "postgres12"};
    sql.database_name = database.name;
    sql.connect_address_file = files.address;
    sql.connect_protocol = "tcp";
    sql.user = database.user;
    sql.password_file = files.password;
    sql.tls.enabled = database.tls;
    if (!database.ca.empty()) {
        sql.tls.ca_file = files.ca;
        sql.tls.enable_host_verification = true;
    }
    sql.connections_max = pool_size(model, pool);
    sql.idle_connections_max = std::min(pool.idle_connections_max, sql.connections_max);
    sql.connection_lifetime_max =
        server::config::parse_duration(pool.connection_time_max).value_or(server::Duration{});
    Datastore datastore;
    datastore.sql = std::move(sql);
    return datastore;
}

void add_service(Config& config, const Listener& listener) {
    auto& rpc = config.services[std::string(listener.service)];
    rpc.grpc_port = listener.grpc_port;
    rpc.membership_port = listener.membership_port;
    rpc.bind_on_ip = "0.0.0.0";
}

std::string hex(std::uint32_t number) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text(8, '0');
    for (int i = 7; i >= 0; --i, number >>= 4)
        text[static_cast<std::size_t>(i)] = kDigits[number & 15];
    return text;
}

}  // namespace

Config server_settings(const Model& model, const Databases& databases,
                       std::int64_t history_shard_count) {
    Config config;
    config.log.standard_output = true;
    config.log.level = model.options.log_level;
    config.persistence.default_store = "default";
    config.persistence.visibility_store = "visibility";
    config.persistence.history_shard_count = static_cast<std::int32_t>(history_shard_count);
    config.persistence.datastores["default"] =
        datastore_of(model, databases.main, "db", model.options.persistence);
    config.persistence.datastores["visibility"] =
        datastore_of(model, databases.visibility, "visibility", model.options.visibility);
    config.global.membership.join_duration_max = std::chrono::seconds(30);
    config.global.membership.broadcast_address = model.addresses.bind;
    config.global.metrics.prometheus.listen_address = "0.0.0.0:" + std::to_string(kMetricsPort);
    for (const Role role : kRoles) add_service(config, listener_of(role));
    add_service(config, kInternalFrontend);
    auto& cluster = config.cluster_metadata.cluster_information["active"];
    cluster.enabled = true;
    cluster.initial_failover_version = kInitialFailoverVersion;
    cluster.rpc_name = "frontend";
    cluster.rpc_address = "127.0.0.1:" + std::to_string(listener_of(Role::frontend).grpc_port);
    config.dynamic_config_client.file_path = kDynamicConfigPath;
    config.dynamic_config_client.poll_interval = std::chrono::seconds(10);
    return config;
}

std::string start_digest(const Model& model, const Config& config) {
    Config startup = config;
    for (auto& [name, datastore] : startup.persistence.datastores) {
        if (!datastore.sql) continue;
        datastore.sql->connections_max = 0;
        datastore.sql->idle_connections_max = 0;
        datastore.sql->connection_lifetime_max = {};
    }
    return hex(server::fingerprint32(server::config::to_yaml(startup) + server_command(model) +
                                     json::serialize(model.proxies)));
}

std::string server_command(const Model& model) {
    std::string command = std::string("temporal-server --root ") + kServerRoot + " --env " +
                          kServerEnvironment + " start";
    for (const Role role : kRoles) {
        if (!model.options.has(role)) continue;
        command += " --service=" + std::string(listener_of(role).service);
        if (role == Role::frontend) {
            command += " --service=" + std::string(kInternalFrontend.service);
        }
    }
    return command;
}

}  // namespace charm

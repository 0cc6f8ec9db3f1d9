#include "server/config/render.h"

#include <yaml-cpp/yaml.h>

#include "server/config/duration.h"

namespace server::config {

namespace {

using YAML::Emitter;
using YAML::Key;
using YAML::Value;

// Leaves out what is not set.
void text(Emitter& out, const char* key, const std::string& value) {
    if (!value.empty()) out << Key << key << Value << value;
}

void number(Emitter& out, const char* key, std::int64_t value) {
    if (value != 0) out << Key << key << Value << value;
}

void duration(Emitter& out, const char* key, Duration value) {
    if (value != Duration{}) out << Key << key << Value << to_string(value);
}

void open(Emitter& out, const std::string& key) { out << Key << key << Value << YAML::BeginMap; }
void close(Emitter& out) { out << YAML::EndMap; }

void render(Emitter& out, const Log& log) {
    open(out, "log");
    out << Key << "stdout" << Value << log.standard_output;
    text(out, "level", log.level);
    text(out, "format", log.format);
    text(out, "outputFile", log.output_file);
    close(out);
}

void render(Emitter& out, const Sql& sql) {
    open(out, "sql");
    text(out, "pluginName", sql.plugin_name);
    text(out, "databaseName", sql.database_name);
    text(out, "connectAddr", sql.connect_address);
    text(out, "connectProtocol", sql.connect_protocol);
    if (!sql.connect_attributes.empty()) {
        open(out, "connectAttributes");
        for (const auto& [name, value] : sql.connect_attributes) text(out, name.c_str(), value);
        close(out);
    }
    text(out, "user", sql.user);
    if (!sql.password.empty()) text(out, "password", "(not shown)");
    number(out, "maxConns", sql.connections_max);
    number(out, "maxIdleConns", sql.idle_connections_max);
    duration(out, "maxConnLifetime", sql.connection_lifetime_max);
    close(out);
}

void render(Emitter& out, const Persistence& persistence) {
    open(out, "persistence");
    text(out, "defaultStore", persistence.default_store);
    text(out, "visibilityStore", persistence.visibility_store);
    number(out, "numHistoryShards", persistence.history_shard_count);
    open(out, "datastores");
    for (const auto& [name, store] : persistence.datastores) {
        open(out, name);
        if (store.sql) render(out, *store.sql);
        close(out);
    }
    close(out);
    close(out);
}

void render(Emitter& out, const Global& global) {
    open(out, "global");
    open(out, "membership");
    duration(out, "maxJoinDuration", global.membership.join_duration_max);
    text(out, "broadcastAddress", global.membership.broadcast_address);
    close(out);
    if (!global.metrics_listen_address.empty()) {
        open(out, "metrics");
        open(out, "prometheus");
        text(out, "listenAddress", global.metrics_listen_address);
        close(out);
        close(out);
    }
    close(out);
}

void render(Emitter& out, const std::map<std::string, Rpc>& services) {
    open(out, "services");
    for (const auto& [name, rpc] : services) {
        open(out, name);
        open(out, "rpc");
        number(out, "grpcPort", rpc.grpc_port);
        number(out, "membershipPort", rpc.membership_port);
        number(out, "httpPort", rpc.http_port);
        out << Key << "bindOnLocalHost" << Value << rpc.bind_on_local_host;
        text(out, "bindOnIP", rpc.bind_on_ip);
        close(out);
        close(out);
    }
    close(out);
}

void render(Emitter& out, const ClusterMetadata& metadata) {
    open(out, "clusterMetadata");
    out << Key << "enableGlobalNamespace" << Value << metadata.enable_global_namespace;
    number(out, "failoverVersionIncrement", metadata.failover_version_increment);
    text(out, "masterClusterName", metadata.master_cluster_name);
    text(out, "currentClusterName", metadata.current_cluster_name);
    open(out, "clusterInformation");
    for (const auto& [name, cluster] : metadata.cluster_information) {
        open(out, name);
        out << Key << "enabled" << Value << cluster.enabled;
        number(out, "initialFailoverVersion", cluster.initial_failover_version);
        text(out, "rpcName", cluster.rpc_name);
        text(out, "rpcAddress", cluster.rpc_address);
        text(out, "httpAddress", cluster.http_address);
        close(out);
    }
    close(out);
    close(out);
}

}  // namespace

std::string to_yaml(const Config& config) {
    Emitter out;
    out << YAML::BeginMap;
    render(out, config.log);
    render(out, config.persistence);
    render(out, config.global);
    render(out, config.services);
    render(out, config.cluster_metadata);
    open(out, "publicClient");
    text(out, "hostPort", config.public_client.host_port);
    close(out);
    open(out, "dynamicConfigClient");
    text(out, "filepath", config.dynamic_config_client.file_path);
    duration(out, "pollInterval", config.dynamic_config_client.poll_interval);
    close(out);
    out << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

}  // namespace server::config

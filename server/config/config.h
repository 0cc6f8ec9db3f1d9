#pragma once
// The static configuration of a server process: what an existing Temporal configuration file says,
// as typed values under the file's own names. server/config/load.h reads it; dynamic values are in
// dynamic_values.h.
//
// Folder map: config.h is the result, load.h the way there, yaml_reader.h how one YAML map becomes
// fields, duration.h Go's durations, flags.h command lines, render.h the way back to YAML.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/base/time.h"

namespace server::config {

// log
struct Log {
    bool standard_output = false;  // stdout; otherwise stderr, as long as there is no output file
    std::string level = "info";
    std::string format = "json";
    std::string output_file;
};

// persistence.datastores.<name>.sql
struct Sql {
    std::string plugin_name;      // sqlite; others are known and not built yet
    std::string database_name{};  // sqlite: the path of the file
    std::string connect_address{};
    std::string connect_protocol{};
    std::map<std::string, std::string> connect_attributes{};  // sqlite: mode=memory, and pragmas
    std::string user{};
    std::string password{};  // never in a log
    std::int64_t connections_max = 0;
    std::int64_t idle_connections_max = 0;
    Duration connection_lifetime_max{};
};

struct Datastore {
    std::optional<Sql> sql;
    bool cassandra = false;      // present, and not built yet
    bool elasticsearch = false;  // the same
};

struct Persistence {
    std::string default_store;
    std::string visibility_store;
    std::int32_t history_shard_count = 0;  // numHistoryShards; fixed for the life of a database
    std::map<std::string, Datastore> datastores;
};

// services.<role>.rpc
struct Rpc {
    std::uint16_t grpc_port = 0;
    std::uint16_t membership_port = 0;
    std::uint16_t http_port = 0;  // 0: no HTTP API
    bool bind_on_local_host = false;
    std::string bind_on_ip;
};

struct Membership {
    Duration join_duration_max{};
    std::string broadcast_address;
};

struct Global {
    Membership membership;
    std::string metrics_listen_address;  // metrics.prometheus.listenAddress, host:port
};

struct ClusterInformation {
    bool enabled = false;
    std::int64_t initial_failover_version = 0;
    std::string rpc_name;
    std::string rpc_address;
    std::string http_address;
};

struct ClusterMetadata {
    bool enable_global_namespace = false;
    std::int64_t failover_version_increment = 10;
    std::string master_cluster_name = "active";
    std::string current_cluster_name = "active";
    std::map<std::string, ClusterInformation> cluster_information;
};

struct PublicClient {
    std::string host_port;
};

struct DynamicConfigClient {
    std::string file_path;
    Duration poll_interval{};
};

struct Config {
    Log log;
    Persistence persistence;
    Global global;
    std::map<std::string, Rpc>
        services;  // by role: frontend, internal-frontend, history, matching, worker
    ClusterMetadata cluster_metadata;
    PublicClient public_client;
    DynamicConfigClient dynamic_config_client;
};

// In the order in which the services are started.
const std::vector<std::string>& service_names();

}  // namespace server::config

#pragma once
// The static configuration of a server process: what an existing Temporal configuration file says,
// as typed values under the file's own names. server/config/load.h reads it, render.h writes it;
// dynamic values are in dynamic_values.h.
//
// Folder map: config.h is the result, with store_config.h and security_config.h; keys.h is the one
// list of keys, which yaml_reader.h and yaml_writer.h walk; load.h the way from files,
// environment.h from the variables of the Docker image, template.h what files may refer to;
// duration.h Go's durations, flags.h command lines; dynamic_values.h what may change while the
// server runs.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/base/time.h"
#include "server/config/security_config.h"
#include "server/config/store_config.h"

namespace server::config {

// log
struct Log {
    bool standard_output = false;  // stdout; otherwise stderr, as long as there is no output file
    std::string level = "info";
    std::string format = "json";
    std::string output_file;

    bool operator==(const Log&) const = default;
};

// services.<role>.rpc
struct Rpc {
    std::uint16_t grpc_port = 0;
    std::uint16_t membership_port = 0;
    std::uint16_t http_port = 0;  // 0: no HTTP API
    bool bind_on_local_host = false;
    std::string bind_on_ip;

    bool operator==(const Rpc&) const = default;
};

struct Membership {
    Duration join_duration_max{};
    std::string broadcast_address;

    bool operator==(const Membership&) const = default;
};

// global.metrics.prometheus
struct Prometheus {
    std::string listen_address;  // host:port; empty: no metrics
    std::string handler_path = "/metrics";
    std::string timer_type = "histogram";
    std::string framework = "tally";  // opentelemetry: names with _total and units

    bool operator==(const Prometheus&) const = default;
};

// global.metrics
struct Metrics {
    std::map<std::string, std::string> tags;  // labels of every series
    std::string prefix;                       // of every name
    bool without_unit_suffix = false;
    bool without_counter_suffix = false;
    Prometheus prometheus;

    bool operator==(const Metrics&) const = default;
};

struct Global {
    Membership membership;
    Metrics metrics;
    Tls tls;
    Authorization authorization;

    bool operator==(const Global&) const = default;
};

struct ClusterInformation {
    bool enabled = false;
    std::int64_t initial_failover_version = 0;
    std::string rpc_name;
    std::string rpc_address;
    std::string http_address;

    bool operator==(const ClusterInformation&) const = default;
};

struct ClusterMetadata {
    bool enable_global_namespace = false;
    std::int64_t failover_version_increment = 10;
    std::string master_cluster_name = "active";
    std::string current_cluster_name = "active";
    std::map<std::string, ClusterInformation> cluster_information;

    bool operator==(const ClusterMetadata&) const = default;
};

struct PublicClient {
    std::string host_port;
    std::string http_host_port;

    bool operator==(const PublicClient&) const = default;
};

struct DynamicConfigClient {
    std::string file_path;
    Duration poll_interval{};  // 0: kDynamicPollDefault

    bool operator==(const DynamicConfigClient&) const = default;
};

inline constexpr Duration kDynamicPollMin = std::chrono::seconds(5);
inline constexpr Duration kDynamicPollDefault = std::chrono::seconds(10);

// archival.history, archival.visibility. No archival is built yet.
struct Archival {
    std::string state;  // enabled, paused or disabled
    bool enable_read = false;

    bool operator==(const Archival&) const = default;
};

// namespaceDefaults.archival.history, .visibility
struct ArchivalDefault {
    std::string state;
    std::string uri;

    bool operator==(const ArchivalDefault&) const = default;
};

template <class Each>
struct OfBoth {
    Each history;
    Each visibility;

    bool operator==(const OfBoth&) const = default;
};

struct NamespaceDefaults {
    OfBoth<ArchivalDefault> archival;

    bool operator==(const NamespaceDefaults&) const = default;
};

struct Config {
    Log log;
    Persistence persistence;
    Global global;
    // By role: frontend, internal-frontend, history, matching, worker.
    std::map<std::string, Rpc> services;
    ClusterMetadata cluster_metadata;
    PublicClient public_client;
    DynamicConfigClient dynamic_config_client;
    OfBoth<Archival> archival;
    NamespaceDefaults namespace_defaults;
    Auth auth;

    bool operator==(const Config&) const = default;
};

// In the order in which the services are started.
const std::vector<std::string>& service_names();

}  // namespace server::config

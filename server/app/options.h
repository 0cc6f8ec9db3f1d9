#pragma once
// What a server process is to be, free of where it was written down: `temporal server start-dev`
// makes it from flags, `temporal-server start` from a configuration file.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/app/store_options.h"
#include "server/base/role.h"
#include "server/base/status.h"
#include "server/base/time.h"
#include "server/config/config.h"
#include "server/config/dynamic_values.h"
#include "server/config/flags.h"
#include "server/telemetry/log.h"
#include "server/telemetry/metrics.h"
#include "server/visibility/search_attributes.h"

namespace server::app {

// Where a role of this process is reached.
struct Endpoint {
    bool listens = true;  // false: only by this process
    std::string ip = "127.0.0.1";
    std::uint16_t port = 0;             // 0: any free one
    std::uint16_t membership_port = 0;  // for people: nothing listens there
    std::string setting;                // where the user sets the port, for messages
};

struct Options {
    // The roles this process plays.
    std::map<Role, Endpoint> roles;
    // The frontend once more, for the cluster's own programs on a private network.
    std::optional<Endpoint> internal_frontend;
    // By which other processes reach this one; empty: the ip of each endpoint.
    std::string advertised_host;

    // Metrics for Prometheus under /metrics; absent: none.
    std::optional<std::uint16_t> metrics_port;
    std::string metrics_ip = "127.0.0.1";
    std::string metrics_path = "/metrics";
    telemetry::Presentation metrics_presentation;
    std::string metrics_port_setting = "--metrics-port";

    StoreOptions store;
    std::int32_t history_shard_count = 4;  // for a new database
    std::string cluster_name = "active";
    std::string cluster_id;  // for a new database; empty: a new one
    // Refuse a database whose number of shards or cluster name differ. A development server takes
    // what it finds.
    bool identity_must_match = false;

    // Made at start when missing, with these custom search attributes.
    std::vector<std::string> namespaces;
    visibility::SearchAttributeCatalog::CustomTypes search_attributes;
    Duration namespace_retention = std::chrono::hours(24);

    config::DynamicValues dynamic_values;  // win over those of the file
    std::string dynamic_config_file;       // empty: none
    Duration dynamic_config_interval = config::kDynamicPollDefault;
    std::size_t lane_count = 0;  // 0: half as many as there are processors, within kLanesMax
};

inline constexpr std::size_t kLanesMax = 8;

// All roles in one process of which only the frontend listens, for a development server.
std::map<Role, Endpoint> roles_of_one_process(const std::string& ip, std::uint16_t frontend_port);

// The options of a configuration file. `services` are those asked for, none meaning all of the
// file. FailedPrecondition for what is not built yet.
Result<Options> options_from(const config::Config& config,
                             const std::vector<std::string>& services);

// The configuration file that says the same as the options of a development server.
config::Config to_config(const Options& options);

// The log section of a configuration file.
Result<log::Options> log_options_from(const config::Log& log);

}  // namespace server::app

#pragma once
// What a server process is to be, free of where it was written down: `temporal server start-dev`
// makes it from flags, `temporal-server start` from a configuration file.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/base/status.h"
#include "server/base/time.h"
#include "server/config/config.h"
#include "server/config/dynamic_values.h"
#include "server/config/flags.h"
#include "server/telemetry/log.h"
#include "server/telemetry/metrics.h"
#include "server/visibility/search_attributes.h"

namespace server::app {

struct Options {
    std::string ip = "127.0.0.1";         // of every listener
    std::uint16_t port = 7233;            // of the frontend; 0: any
    std::string port_setting = "--port";  // where the user sets it, for messages
    // Metrics for Prometheus under /metrics; absent: none.
    std::optional<std::uint16_t> metrics_port;
    std::string metrics_ip = "127.0.0.1";
    std::string metrics_path = "/metrics";
    telemetry::Presentation metrics_presentation;
    std::string metrics_port_setting = "--metrics-port";

    std::string database_file;  // empty: in memory, and gone at the end
    std::map<std::string, std::string> pragmas;
    std::int32_t history_shard_count = 4;  // for a new database; an old one keeps its own
    std::string cluster_name = "active";
    std::string cluster_id;  // for a new database; empty: a new one

    // Made at start when missing, with these custom search attributes.
    std::vector<std::string> namespaces;
    visibility::SearchAttributeCatalog::CustomTypes search_attributes;
    Duration namespace_retention = std::chrono::hours(24);

    config::DynamicValues dynamic_values;  // win over those of the file
    std::string dynamic_config_file;       // empty: none
    Duration dynamic_config_interval = config::kDynamicPollDefault;
    std::size_t lane_count = 0;  // 0: as many as there are processors, within kLanesMax
};

inline constexpr std::size_t kLanesMax = 8;

// The options of a configuration file. `services` are those asked for, none meaning all.
// FailedPrecondition for what is not built yet.
Result<Options> options_from(const config::Config& config,
                             const std::vector<std::string>& services);

// The configuration file that says the same as these options.
config::Config to_config(const Options& options);

// The log section of a configuration file.
Result<log::Options> log_options_from(const config::Log& log);

}  // namespace server::app

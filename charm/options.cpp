#include "charm/options.h"

#include <algorithm>

#include "charm/dynamic_config.h"
#include "server/config/duration.h"

namespace charm {

namespace {

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::int64_t integer_at(const json::object& config, std::string_view key, std::int64_t fallback) {
    const json::value* value = find(config, key);
    return value != nullptr && value->is_int64() ? value->get_int64() : fallback;
}

bool truth_at(const json::object& config, std::string_view key) {
    const json::value* value = find(config, key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::string text_or(const json::object& config, std::string_view key, const char* fallback) {
    const std::string text = trimmed(text_at(config, key));
    return text.empty() ? fallback : text;
}

void read_roles(const json::object& config, Options& options) {
    std::string text = text_or(config, "services", "frontend,history,matching,worker");
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t comma = std::min(text.find(',', at), text.size());
        const std::string name = trimmed(text.substr(at, comma - at));
        at = comma + 1;
        if (name.empty()) continue;
        if (const auto role = role_named(name)) {
            options.roles.insert(*role);
        } else {
            options.problems.push_back("error in services config: invalid service '" + name +
                                       "'; allowed are frontend, history, matching and worker");
        }
    }
    if (options.roles.empty() && options.problems.empty()) {
        options.problems.push_back(
            "error in services config: it names none of frontend, history, matching, worker");
    }
}

void read_log_level(const json::object& config, Options& options) {
    const std::string level = lower(text_or(config, "log-level", "info"));
    // The words of today's charm, and the server's own for the same.
    if (level == "debug" || level == "info" || level == "error") {
        options.log_level = level;
    } else if (level == "warning" || level == "warn") {
        options.log_level = "warn";
    } else if (level == "critical" || level == "fatal") {
        options.log_level = "fatal";
    } else {
        options.problems.push_back("config: invalid log level '" + level +
                                   "'; allowed are debug, info, warning, error and critical");
    }
}

void read_shards(const json::object& config, Options& options) {
    const json::value* value = find(config, "num-history-shards");
    if (value == nullptr || !value->is_int64()) return;
    const std::int64_t count = value->get_int64();
    options.history_shard_count = count;
    if (is_history_shard_count(count)) return;
    options.problems.push_back(
        "value of 'num-history-shards' config must be set to a positive power of 2 (e.g. 1, 2, 4) "
        "up to " +
        std::to_string(kHistoryShardsMax) + ", not " + std::to_string(count));
}

void check_count(const std::string& option, std::int64_t value, std::int64_t minimum,
                 Options& options) {
    if (value >= minimum && value <= 10'000) return;
    options.problems.push_back("value of '" + option + "' must be >= " + std::to_string(minimum) +
                               " and <= 10000, not " + std::to_string(value));
}

void check_time(const std::string& option, const std::string& text, Options& options) {
    const auto time = server::config::parse_duration(text);
    if (time && time->count() > 0) return;
    options.problems.push_back("value of '" + option +
                               "' must be a valid time duration e.g. 1h, not '" + text + "'");
}

PoolOptions read_pool(const json::object& config, const std::string& name, std::int64_t connections,
                      Options& options) {
    PoolOptions pool;
    pool.connections_max = integer_at(config, name + "-max-conns", connections);
    pool.idle_connections_max = integer_at(config, name + "-max-idle-conns", connections);
    pool.connection_time_max = text_or(config, name + "-max-conn-time", "1h");
    check_count(name + "-max-conns", pool.connections_max, 1, options);
    check_count(name + "-max-idle-conns", pool.idle_connections_max, 1, options);
    check_time(name + "-max-conn-time", pool.connection_time_max, options);
    return pool;
}

void read_budget(const json::object& config, Options& options) {
    const std::string option = "database-connection-budget";
    if (find(config, option) == nullptr) return;
    options.connection_budget = integer_at(config, option, 0);
    check_count(option, *options.connection_budget, 0, options);
}

// Options of today's charm whose function this server does not have yet. Asking for them is
// refused: going on without them would leave open what was meant to be closed.
void refuse_not_built(const json::object& config, Options& options) {
    if (truth_at(config, "auth-enabled")) {
        options.problems.push_back(
            "config: auth-enabled needs authorization, which this server does not have yet; set "
            "auth-enabled=false");
    }
    for (const char* name : {"frontend-cert-common-name", "frontend-cert-sans-dns"}) {
        if (trimmed(text_at(config, name)).empty()) continue;
        options.problems.push_back(std::string("config: ") + name +
                                   " needs TLS on the frontend, which this server does not have "
                                   "yet; reset it");
    }
}

}  // namespace

bool is_history_shard_count(std::int64_t count) {
    return count > 0 && count <= kHistoryShardsMax && (count & (count - 1)) == 0;
}

Options read_options(const json::object& config) {
    Options options;
    read_log_level(config, options);
    read_roles(config, options);
    read_shards(config, options);
    options.external_hostname = trimmed(text_at(config, "external-hostname"));
    options.tls_secret_name = text_or(config, "tls-secret-name", "temporal-tls");
    options.global_rps_limit = integer_at(config, "global-rps-limit", 2000);
    if (options.global_rps_limit < 0) {
        options.problems.push_back("`global-rps-limit` must be 0 or greater, not " +
                                   std::to_string(options.global_rps_limit));
    }
    options.persistence = read_pool(config, "persistence", kPersistenceConnections, options);
    options.visibility = read_pool(config, "visibility", kVisibilityConnections, options);
    read_budget(config, options);
    options.namespace_rps_limit = trimmed(text_at(config, "namespace-rps-limit"));
    options.long_poll_interval = text_or(config, "long-poll-interval", "50s");
    check_time("long-poll-interval", options.long_poll_interval, options);
    options.dynamic_config = text_at(config, "dynamic-config");
    options.database_tls = truth_at(config, "db-tls-enabled");
    options.legacy_admin_credentials = truth_at(config, "legacy-admin-credentials");
    refuse_not_built(config, options);
    const Status dynamic = dynamic_config_of(options).status();
    if (!dynamic.ok()) options.problems.push_back(dynamic.message());
    return options;
}

}  // namespace charm

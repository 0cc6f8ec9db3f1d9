// The options of temporal-k8s (config.yaml), typed. What an operator got wrong is a problem that
// names the option, the value and what is allowed; it is never a failed hook.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "charm/json.h"
#include "charm/role.h"

namespace charm {

struct PoolOptions {
    std::int64_t connections_max = 0;
    std::int64_t idle_connections_max = 0;
    std::string connection_time_max{};  // 1h
};

struct Options {
    std::set<Role> roles;
    std::optional<std::int64_t> history_shard_count;
    std::string log_level = "info";
    std::string external_hostname{};
    std::string tls_secret_name{};
    PoolOptions persistence;
    PoolOptions visibility;
    std::optional<std::int64_t> connection_budget{};  // of all units together; 0: none
    std::int64_t global_rps_limit = 0;
    std::string namespace_rps_limit{};
    std::string long_poll_interval{};
    std::string dynamic_config{};
    bool database_tls = false;
    bool legacy_admin_credentials = false;

    std::vector<std::string> problems;  // empty when every value can be meant

    bool has(Role role) const { return roles.contains(role); }
};

inline constexpr std::int64_t kPersistenceConnections = 20;
inline constexpr std::int64_t kVisibilityConnections = 10;
inline constexpr std::int64_t kHistoryShardsDefault = 4;
inline constexpr std::int64_t kHistoryShardsMax = 16'384;
bool is_history_shard_count(std::int64_t count);

Options read_options(const json::object& config);

}  // namespace charm

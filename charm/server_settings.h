// The server's own configuration, made from the options and the relations. The server reads back
// what is written here with the same code, so the two cannot disagree about a key.
#pragma once

#include "charm/model.h"
#include "server/config/config.h"

namespace charm {

inline constexpr const char* kServerRoot = "/etc/temporal";
inline constexpr const char* kServerEnvironment = "charm";
inline constexpr const char* kConfigPath = "/etc/temporal/config/charm.yaml";
inline constexpr const char* kDynamicConfigPath = "/etc/temporal/config/dynamicconfig/docker.yaml";
inline constexpr const char* kSchemaGatePath = "/etc/temporal/schema-gate.sh";

struct Databases {
    Database main;
    Database visibility;
};

server::config::Config server_settings(const Model& model, const Databases& databases,
                                       std::int64_t history_shard_count);

// Of everything that takes effect only at a start: another value means a restart. What the server
// reads from files of their own does not (addresses, passwords and certificates of the databases,
// dynamic values), the size of the pools can wait, and how long a connection lives or stays idle
// means nothing to it.
std::string start_digest(const Model& model, const server::config::Config& config);

// The command of the service.
std::string server_command(const Model& model);

}  // namespace charm

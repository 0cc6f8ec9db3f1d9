#pragma once
// The variables of Temporal's Docker image, which stand in for a configuration file: DB,
// POSTGRES_SEEDS, NUM_HISTORY_SHARDS, BIND_ON_IP and so on, with the image's defaults. One table
// says which key each of them sets.

#include "server/base/status.h"
#include "server/config/flags.h"
#include "server/config/load.h"

namespace server::config {

// Whether the environment names a database: DB, POSTGRES_SEEDS, MYSQL_SEEDS or CASSANDRA_SEEDS.
bool is_configured(const Environment& environment);

// InvalidArgument names the variable, the key it sets and what is allowed.
Result<Loaded> load_environment(const Environment& environment);

// The names of all variables, for the documentation.
std::vector<std::string> environment_variables();

}  // namespace server::config

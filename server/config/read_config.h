#pragma once
// The keys of the configuration file, section by section.

#include "server/config/config.h"
#include "server/config/yaml_reader.h"

namespace server::config {

// Reads the top-level map into `config`; keys that the file lacks stay as they are.
void read_config(YamlReader& file, Config& config);

// What no single value shows: stores that do not exist, a missing shard count, two services on one
// port.
void check_config(const Config& config, Findings& findings);

}  // namespace server::config

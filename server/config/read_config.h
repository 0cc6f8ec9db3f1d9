#pragma once
// From one file's YAML to fields, and what no single value shows.

#include "server/config/config.h"
#include "server/config/yaml_reader.h"

namespace server::config {

// Reads the top-level map into `config`; keys that the file lacks stay as they are.
void read_config(YamlReader& file, Config& config);

// Stores that do not exist, a missing shard count, two services on one port; and what asks for
// something that is not built and cannot be left out without harm: TLS, authorization, archival.
void check_config(const Config& config, Findings& findings);

}  // namespace server::config

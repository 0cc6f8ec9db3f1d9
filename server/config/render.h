#pragma once
// A configuration as YAML under the keys of the file: what `temporal-server render-config` prints,
// and what a charm writes. It is the inverse of load(): with Secrets::written, reading the text
// gives the same configuration, where the configuration passes check_config().

#include <string>

#include "server/config/config.h"
#include "server/config/yaml_writer.h"

namespace server::config {

// With Secrets::hidden, "(not shown)" stands for passwords, keys and tokens: fit for a terminal.
std::string to_yaml(const Config& config, Secrets secrets = Secrets::hidden);

}  // namespace server::config

#pragma once
// The configuration as the server understood it, as YAML under the keys of the file: what
// `temporal-server render-config` prints. Passwords are not shown.

#include <string>

#include "server/config/config.h"

namespace server::config {

std::string to_yaml(const Config& config);

}  // namespace server::config

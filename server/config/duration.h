#pragma once
// Durations as configuration files write them (base/duration.h reads them).

#include <string>

#include "server/base/duration.h"

namespace server::config {

using server::parse_duration;

// 1h30m0s, as Go prints it; 0s for none.
std::string to_string(Duration duration);

}  // namespace server::config

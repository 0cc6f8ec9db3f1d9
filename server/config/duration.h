#pragma once
// Durations as configuration files write them, which is Go's way: 10s, 1h30m, 1.5s, 300ms, 0.

#include <optional>
#include <string>
#include <string_view>

#include "server/base/time.h"

namespace server::config {

// Nothing when the text is no duration, or one beyond 292 years.
std::optional<Duration> parse_duration(std::string_view text);

// 1h30m0s, as Go prints it; 0s for none.
std::string to_string(Duration duration);

}  // namespace server::config

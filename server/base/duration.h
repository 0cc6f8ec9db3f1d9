#pragma once
// Durations as text, in Go's way, which configuration files and cron schedules share: 10s, 1h30m,
// 1.5s, 300ms, 0.

#include <optional>
#include <string_view>

#include "server/base/time.h"

namespace server {

// Nothing when the text is no duration, or one beyond 292 years.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace server

#pragma once
// Points in time and durations as people write them in a filter.

#include <optional>
#include <string_view>

#include "server/base/time.h"

namespace server::visibility {

// RFC 3339, for example 2026-01-02T03:04:05.25+01:00; digits after the ninth of the fraction are
// dropped. Times that do not fit (before 1677, after 2262) become the first or the last possible,
// so that they still compare as meant. Empty when it is none.
std::optional<TimePoint> parse_rfc3339(std::string_view text);

// "1h5m", "-1.5h", "2d", "90m30s" (ns, us, ms, s, m, h, d), "hh:mm:ss", or nanoseconds. Empty when
// it is none, or does not fit in 64 bits.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace server::visibility

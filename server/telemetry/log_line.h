#pragma once
// How one log entry becomes one line (log.h shows the three formats). Pure: the time is an
// argument, and left out when there is none. Whatever the fields hold, a line has no line break
// inside and a JSON line is valid JSON in UTF-8.

#include <optional>
#include <string>
#include <string_view>

#include "server/telemetry/log.h"

namespace server::log {

// Without the line break at the end.
std::string to_line(Format format, std::optional<TimePoint> time, Level level,
                    std::string_view message, Fields fields);

}  // namespace server::log

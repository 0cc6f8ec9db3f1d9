#pragma once
// Wall-clock time as the whole server uses it: nanoseconds since the Unix epoch, UTC. Nobody here
// reads a clock; that is runtime/clock.h.

#include <chrono>
#include <cstdint>
#include <string>

namespace server {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::system_clock, Duration>;

using namespace std::chrono_literals;

// "never": later than any time that is stored.
inline constexpr TimePoint kNever = TimePoint::max();
inline constexpr TimePoint kEpoch = TimePoint{};

inline constexpr std::int64_t unix_nanos(TimePoint time) { return time.time_since_epoch().count(); }
inline constexpr TimePoint from_unix_nanos(std::int64_t nanos) {
    return TimePoint{Duration{nanos}};
}

// Adds without overflow; never + anything is never.
TimePoint saturating_add(TimePoint time, Duration duration);

// RFC 3339 with nanoseconds as needed, for example 2026-01-02T03:04:05.5Z.
std::string to_rfc3339(TimePoint time);

}  // namespace server

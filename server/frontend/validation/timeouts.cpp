#include "server/frontend/validation/timeouts.h"

#include <string>

namespace server::frontend {

namespace {

constexpr std::int64_t kSecondsMax = 315'576'000'000;  // of google.protobuf.Duration
constexpr std::int32_t kNanosPerSecond = 1'000'000'000;

}  // namespace

Status check_duration(std::string_view field, const google::protobuf::Duration& duration) {
    const bool valid = duration.seconds() >= 0 && duration.seconds() <= kSecondsMax &&
                       duration.nanos() >= 0 && duration.nanos() < kNanosPerSecond;
    if (valid) return {};
    return invalid_argument("An invalid " + std::string(field) +
                            " is set on request: " + std::to_string(duration.seconds()) + "s " +
                            std::to_string(duration.nanos()) + "ns; it must not be negative.");
}

void cap_duration(google::protobuf::Duration& duration, Duration longest) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(longest).count();
    if (duration.seconds() < seconds) return;
    duration.set_seconds(seconds);
    duration.set_nanos(0);
}

}  // namespace server::frontend

#pragma once
// Times and durations for people.

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <string_view>

#include "server/base/time.h"

namespace cli {

enum class TimeFormat {
    relative,  // 3 hours ago
    iso,       // 2026-01-02T03:04:05Z
    raw,       // the same with all its digits
};

// "relative", "iso" or "raw", which the flag's table has checked.
TimeFormat time_format(std::string_view name);

// Empty for a time that is not set.
std::string format_time(const google::protobuf::Timestamp& time, TimeFormat format,
                        server::TimePoint now);

// 1h30m0s
std::string format_duration(const google::protobuf::Duration& duration);

}  // namespace cli

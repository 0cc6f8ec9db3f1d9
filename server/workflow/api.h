#pragma once
// Short names for the packages of the public API, as the core uses them.

#include <google/protobuf/util/time_util.h>

#include "server/base/time.h"
#include "temporal/api/command/v1/message.pb.h"
#include "temporal/api/common/v1/message.pb.h"
#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/api/history/v1/message.pb.h"
#include "temporal/api/workflowservice/v1/request_response.pb.h"

namespace server::workflow {

namespace api = ::temporal::api::workflowservice::v1;
namespace command = ::temporal::api::command::v1;
namespace common = ::temporal::api::common::v1;
namespace enums = ::temporal::api::enums::v1;
namespace failure = ::temporal::api::failure::v1;
namespace taskqueue = ::temporal::api::taskqueue::v1;
namespace history = ::temporal::api::history::v1;

using history::HistoryEvent;

inline google::protobuf::Timestamp to_timestamp(TimePoint time) {
    return google::protobuf::util::TimeUtil::NanosecondsToTimestamp(unix_nanos(time));
}
inline google::protobuf::Timestamp to_timestamp(std::int64_t nanos) {
    return google::protobuf::util::TimeUtil::NanosecondsToTimestamp(nanos);
}
inline google::protobuf::Duration to_duration(std::int64_t nanos) {
    return google::protobuf::util::TimeUtil::NanosecondsToDuration(nanos);
}

// Nanoseconds of a duration from the wire; durations beyond 100 years are cut there (reference
// §2.0).
inline std::int64_t nanos_of(const google::protobuf::Duration& duration) {
    constexpr std::int64_t kSecondsMax = std::int64_t{100} * 365 * 24 * 3600;
    if (duration.seconds() >= kSecondsMax) return kSecondsMax * 1'000'000'000;
    if (duration.seconds() <= -kSecondsMax) return -kSecondsMax * 1'000'000'000;
    return duration.seconds() * 1'000'000'000 + duration.nanos();
}
inline std::int64_t nanos_of(const google::protobuf::Timestamp& time) {
    return google::protobuf::util::TimeUtil::TimestampToNanoseconds(time);
}

}  // namespace server::workflow

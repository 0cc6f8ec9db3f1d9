#pragma once
// Times as protobuf writes them.

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include "server/base/time.h"

namespace server::matching {

inline google::protobuf::Timestamp to_timestamp(TimePoint time) {
    google::protobuf::Timestamp timestamp;
    timestamp.set_seconds(unix_nanos(time) / 1'000'000'000);
    timestamp.set_nanos(static_cast<std::int32_t>(unix_nanos(time) % 1'000'000'000));
    return timestamp;
}

inline google::protobuf::Duration to_duration(Duration duration) {
    google::protobuf::Duration wire;
    wire.set_seconds(duration.count() / 1'000'000'000);
    wire.set_nanos(static_cast<std::int32_t>(duration.count() % 1'000'000'000));
    return wire;
}

}  // namespace server::matching

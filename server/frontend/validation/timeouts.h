#pragma once
// Durations of requests.

#include <google/protobuf/duration.pb.h>

#include <string_view>

#include "server/base/status.h"
#include "server/base/time.h"

namespace server::frontend {

// InvalidArgument, naming the field and the value, when it is negative or not a valid Duration
// (nanos beyond a second or of the other sign, seconds beyond 10,000 years).
Status check_duration(std::string_view field, const google::protobuf::Duration& duration);

// Cuts what is longer than `longest`.
void cap_duration(google::protobuf::Duration& duration, Duration longest);

}  // namespace server::frontend

#pragma once
// Payloads as the JSON they hold.

#include <boost/json/value.hpp>
#include <optional>

#include "temporal/api/common/v1/message.pb.h"

namespace cli {

// The value of a payload whose only metadata says that it is JSON, or of a message as JSON, with
// the name of its type in `_protoMessageType`. Nothing for any other payload.
std::optional<boost::json::value> shorthand(const ::temporal::api::common::v1::Payload& payload);
// All of them in one array, or nothing when one of them has no shorthand.
std::optional<boost::json::value> shorthand(const ::temporal::api::common::v1::Payloads& payloads);

}  // namespace cli

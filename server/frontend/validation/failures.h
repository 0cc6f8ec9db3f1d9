#pragma once
// Failures that the server makes in place of what workers sent too large, with the words SDKs know.

#include <string_view>

#include "temporal/api/failure/v1/message.pb.h"

namespace server::frontend {

inline constexpr std::string_view kResultTooLarge = "Complete result exceeds size limit.";
inline constexpr std::string_view kCancelDetailsTooLarge = "Cancel details exceed size limit.";
inline constexpr std::string_view kHeartbeatTooLarge = "Heartbeat details exceed size limit.";
inline constexpr std::string_view kFailureTooLarge = "Failure exceeds size limit.";

::temporal::api::failure::v1::Failure server_failure(std::string_view message, bool non_retryable);

// Message, source, stack trace and kind of `failure` in at most about `bytes_max` bytes; details,
// which cannot be cut, and causes that do not fit go.
::temporal::api::failure::v1::Failure truncated(
    const ::temporal::api::failure::v1::Failure& failure, std::size_t bytes_max);

}  // namespace server::frontend

#pragma once
// Short names for the packages of the API, and what nearly every request of a command has in it.

#include <google/protobuf/duration.pb.h>

#include <optional>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "server/base/status.h"
#include "temporal/api/operatorservice/v1/request_response.pb.h"
#include "temporal/api/workflowservice/v1/request_response.pb.h"

namespace cli {

namespace api = ::temporal::api::workflowservice::v1;
namespace operator_api = ::temporal::api::operatorservice::v1;
namespace common = ::temporal::api::common::v1;
namespace enums = ::temporal::api::enums::v1;
namespace history = ::temporal::api::history::v1;

using server::invalid_argument;
using server::Result;
using server::Status;

// A new random id, for workflow ids and request ids.
std::string random_id();

// The duration a flag gives: 90s, 1h30m, also whole days as 3d; nothing when it is not given.
// InvalidArgument names the flag.
Result<std::optional<google::protobuf::Duration>> duration_flag(const FlagValues& flags,
                                                                const std::string& flag);

}  // namespace cli

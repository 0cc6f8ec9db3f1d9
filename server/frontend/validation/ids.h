#pragma once
// Ids, names and types: bounded bytes. Each failure is InvalidArgument and names the field.

#include <string>
#include <string_view>

#include "server/base/status.h"
#include "temporal/api/common/v1/message.pb.h"

namespace server::frontend {

// At most `bytes_max` bytes; empty is fine.
Status check_length(std::string_view field, const std::string& value, std::size_t bytes_max);
// The same, and not empty.
Status check_name(std::string_view field, const std::string& value, std::size_t bytes_max);
// Empty or a UUID.
Status check_run_id(const std::string& run_id);
// Workflow id and, when given, run id. `present`: whether the request has the field at all.
Status check_execution(bool present,
                       const ::temporal::api::common::v1::WorkflowExecution& execution,
                       std::size_t bytes_max);

}  // namespace server::frontend

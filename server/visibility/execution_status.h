#pragma once
// The status of a workflow as filters write it and as records of visibility hold it: by its short
// name, "TimedOut". The numbers are those of temporal.api.enums.v1.WorkflowExecutionStatus.

#include <cstdint>
#include <optional>
#include <string_view>

namespace server::visibility {

// Takes the short name and the long one, WORKFLOW_EXECUTION_STATUS_TIMED_OUT.
std::optional<int> find_execution_status(std::string_view name);
std::optional<std::string_view> execution_status_name(std::int64_t number);

}  // namespace server::visibility

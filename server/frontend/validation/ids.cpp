#include "server/frontend/validation/ids.h"

#include "server/base/uuid.h"

namespace server::frontend {

Status check_length(std::string_view field, const std::string& value, std::size_t bytes_max) {
    if (value.size() <= bytes_max) return {};
    return invalid_argument(std::string(field) +
                            " length exceeds limit: " + std::to_string(value.size()) + " bytes, " +
                            std::to_string(bytes_max) + " are allowed.");
}

Status check_name(std::string_view field, const std::string& value, std::size_t bytes_max) {
    if (value.empty()) return invalid_argument(std::string(field) + " is not set on request.");
    return check_length(field, value, bytes_max);
}

Status check_run_id(const std::string& run_id) {
    if (run_id.empty() || is_uuid(run_id)) return {};
    constexpr std::size_t kShownBytesMax = 64;
    return invalid_argument("Invalid RunId: '" + run_id.substr(0, kShownBytesMax) +
                            "' is not a UUID.");
}

Status check_execution(bool present,
                       const ::temporal::api::common::v1::WorkflowExecution& execution,
                       std::size_t bytes_max) {
    if (!present) return invalid_argument("Execution is not set on request.");
    TRY(check_name("WorkflowId", execution.workflow_id(), bytes_max));
    return check_run_id(execution.run_id());
}

}  // namespace server::frontend

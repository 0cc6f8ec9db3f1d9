#include "server/visibility/execution_status.h"

#include <algorithm>
#include <array>

namespace server::visibility {

namespace {

struct StatusName {
    std::string_view name;
    std::string_view long_name;
};

// Indexed by number.
constexpr std::array kStatusNames = {
    StatusName{"Unspecified", "WORKFLOW_EXECUTION_STATUS_UNSPECIFIED"},
    StatusName{"Running", "WORKFLOW_EXECUTION_STATUS_RUNNING"},
    StatusName{"Completed", "WORKFLOW_EXECUTION_STATUS_COMPLETED"},
    StatusName{"Failed", "WORKFLOW_EXECUTION_STATUS_FAILED"},
    StatusName{"Canceled", "WORKFLOW_EXECUTION_STATUS_CANCELED"},
    StatusName{"Terminated", "WORKFLOW_EXECUTION_STATUS_TERMINATED"},
    StatusName{"ContinuedAsNew", "WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW"},
    StatusName{"TimedOut", "WORKFLOW_EXECUTION_STATUS_TIMED_OUT"},
    StatusName{"Paused", "WORKFLOW_EXECUTION_STATUS_PAUSED"},
};

}  // namespace

std::optional<int> find_execution_status(std::string_view name) {
    const auto found = std::ranges::find_if(kStatusNames, [name](const StatusName& status) {
        return status.name == name || status.long_name == name;
    });
    if (found == kStatusNames.end()) return std::nullopt;
    return static_cast<int>(found - kStatusNames.begin());
}

std::optional<std::string_view> execution_status_name(std::int64_t number) {
    if (number < 0 || number >= static_cast<std::int64_t>(kStatusNames.size())) return std::nullopt;
    return kStatusNames[static_cast<std::size_t>(number)].name;
}

}  // namespace server::visibility

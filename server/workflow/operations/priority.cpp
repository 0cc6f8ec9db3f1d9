#include "server/workflow/operations/priority.h"

#include <string>

namespace server::workflow {

using Priority = ::temporal::api::common::v1::Priority;

Priority merge_priority(const Priority& parent, const Priority& given) {
    Priority merged = parent;
    merged.MergeFrom(given);  // what is not zero or empty replaces
    return merged;
}

Status validate_priority(const Priority& priority) {
    if (priority.priority_key() < 0) {
        return invalid_argument("priority key can't be negative: " +
                                std::to_string(priority.priority_key()));
    }
    if (!(priority.fairness_weight() >= 0)) {  // nor NaN
        return invalid_argument("fairness weight can't be negative: " +
                                std::to_string(priority.fairness_weight()));
    }
    if (priority.fairness_key().size() > kFairnessKeyBytesMax) {
        return invalid_argument(
            "fairness key length exceeds limit: " + std::to_string(priority.fairness_key().size()) +
            " bytes, " + std::to_string(kFairnessKeyBytesMax) + " are allowed.");
    }
    return {};
}

}  // namespace server::workflow

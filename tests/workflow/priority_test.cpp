#include "server/workflow/operations/priority.h"

#include <cmath>

#include "tests/support/catch.h"

namespace server::workflow {

using Priority = ::temporal::api::common::v1::Priority;

TEST_CASE("the priority of a command replaces the workflow's field by field",
          "[workflow][priority]") {
    Priority parent;
    parent.set_priority_key(2);
    parent.set_fairness_key("tenant");
    Priority given;
    given.set_priority_key(5);
    const Priority merged = merge_priority(parent, given);
    CHECK(merged.priority_key() == 5);
    CHECK(merged.fairness_key() == "tenant");
}

TEST_CASE("a priority that makes no sense is refused", "[workflow][priority]") {
    Priority priority;
    CHECK(validate_priority(priority).ok());
    priority.set_priority_key(9);  // clipped where it is used
    priority.set_fairness_weight(0.5F);
    priority.set_fairness_key(std::string(kFairnessKeyBytesMax, 'k'));
    CHECK(validate_priority(priority).ok());
    SECTION("a negative key") { priority.set_priority_key(-1); }
    SECTION("a negative weight") { priority.set_fairness_weight(-1); }
    SECTION("a weight that is no number") { priority.set_fairness_weight(std::nanf("")); }
    SECTION("a fairness key that is too long") { priority.mutable_fairness_key()->push_back('k'); }
    CHECK(validate_priority(priority).code() == Code::InvalidArgument);
}

}  // namespace server::workflow

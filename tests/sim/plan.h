#pragma once
// What a simulated workflow does: stages of actions, each stage begun when all of the last are
// over, then an end. A plan follows from a seed, the workflow id and how often its chain has
// continued as new, so a worker that sees only a history knows it, as an SDK knows its workflow's
// code.

#include <cstdint>
#include <string>
#include <vector>

#include "server/base/time.h"
#include "temporal/api/enums/v1/workflow.pb.h"

namespace server::sim {

namespace enums = ::temporal::api::enums::v1;

struct Action {
    enum class Kind { activity, timer, child, signal, cancel };
    Kind kind = Kind::activity;
    Duration duration{};  // of a timer
    std::string target;   // workflow id of a child, a signal or a cancel request
    enums::ParentClosePolicy policy = enums::PARENT_CLOSE_POLICY_TERMINATE;  // of a child
    bool awaited = true;  // a child that is not goes on alone once it has started
};

struct Plan {
    std::vector<std::vector<Action>> stages;
    enum class End { complete, fail, continue_as_new };
    End end = End::complete;
};

// Roots are "root-0", "root-1", …; a child is named by its parent, so that depth shows in the id.
std::string root_name(int index);
Plan make_plan(std::uint64_t seed, const std::string& workflow_id, int generation, int roots);

}  // namespace server::sim

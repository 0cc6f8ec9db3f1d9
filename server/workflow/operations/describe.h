#pragma once
// What DescribeWorkflowExecution and visibility show of a run. Pure reads.

#include "server/workflow/state/mutable_state.h"

namespace server::workflow {

api::DescribeWorkflowExecutionResponse describe(const MutableState& state, TimePoint now);

}  // namespace server::workflow

#pragma once
// What StartWorkflowExecution and SignalWithStartWorkflowExecution check alike.

#include <string_view>

#include "server/cluster/namespace_registry.h"
#include "server/frontend/limits/limits.h"
#include "temporal/api/workflowservice/v1/request_response.pb.h"

namespace server::frontend {

using StartRequest = ::temporal::api::workflowservice::v1::StartWorkflowExecutionRequest;

// InvalidArgument names the first fault in Temporal's order; Unimplemented an option that is not
// built. Search attributes get their types, timeouts are cut at what is possible. `method` is what
// the message calls the request.
Status check_start(std::string_view method, const cluster::NamespaceEntry& entry,
                   StartRequest& request, const Limits& limits, TimePoint now);

// Spells out the policies that the request leaves open, and the older way to say
// TERMINATE_EXISTING.
void fill_start_policies(StartRequest& request,
                         ::temporal::api::enums::v1::WorkflowIdConflictPolicy conflict);

}  // namespace server::frontend

#pragma once
// An activity named by workflow id, run id and activity id instead of by a task token.

#include <string>

#include "server/base/status.h"
#include "server/frontend/validation/ids.h"
#include "server/frontend/validation/not_built.h"
#include "server/state/v1/token.pb.h"

namespace server::frontend {

// The bytes of the token that stands for it: without a scheduled event id, with the activity id.
// InvalidArgument names the missing field; an activity without a workflow is Unimplemented.
template <class Request>
Result<std::string> token_by_id(const Request& request, const std::string& namespace_id,
                                std::size_t id_bytes_max) {
    if (request.workflow_id().empty()) return not_built("Activities", "standalone execution");
    TRY(check_length("WorkflowId", request.workflow_id(), id_bytes_max));
    TRY(check_run_id(request.run_id()));
    TRY(check_name("ActivityId", request.activity_id(), id_bytes_max));
    state::v1::TaskToken token;
    token.set_namespace_id(namespace_id);
    token.set_workflow_id(request.workflow_id());
    token.set_run_id(request.run_id());
    token.set_activity_id(request.activity_id());
    return token.SerializeAsString();
}

}  // namespace server::frontend

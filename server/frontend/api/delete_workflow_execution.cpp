#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"

namespace server::frontend {

Async<Result<api::DeleteWorkflowExecutionResponse>> delete_workflow_execution(
    Frontend& frontend, Call call, api::DeleteWorkflowExecutionRequest request) {
    CO_TRY(check_execution(request.has_workflow_execution(), request.workflow_execution(),
                           frontend.limits().id_bytes_max));
    role::v1::DeleteWorkflowRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().delete_workflow(std::move(call.context),
                                                          std::move(forwarded));
}

}  // namespace server::frontend

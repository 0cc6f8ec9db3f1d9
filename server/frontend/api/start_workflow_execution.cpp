#include "server/frontend/api/methods.h"
#include "server/frontend/validation/start.h"

namespace server::frontend {

Async<Result<api::StartWorkflowExecutionResponse>> start_workflow_execution(
    Frontend& frontend, Call call, api::StartWorkflowExecutionRequest request) {
    CO_TRY(check_start("StartWorkflowExecution", *call.entry, request, frontend.limits(),
                       frontend.clock().now()));
    fill_start_policies(request, enums::WORKFLOW_ID_CONFLICT_POLICY_FAIL);
    if (request.request_id().empty()) request.set_request_id(frontend.random().uuid());
    role::v1::StartWorkflowRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().start_workflow(std::move(call.context),
                                                         std::move(forwarded));
}

}  // namespace server::frontend

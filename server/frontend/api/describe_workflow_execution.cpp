#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"

namespace server::frontend {

Async<Result<api::DescribeWorkflowExecutionResponse>> describe_workflow_execution(
    Frontend& frontend, Call call, api::DescribeWorkflowExecutionRequest request) {
    CO_TRY(check_execution(request.has_execution(), request.execution(),
                           frontend.limits().id_bytes_max));
    role::v1::DescribeWorkflowRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().describe_workflow(std::move(call.context),
                                                            std::move(forwarded));
}

}  // namespace server::frontend

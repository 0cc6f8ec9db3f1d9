#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"
#include "server/frontend/validation/payloads.h"

namespace server::frontend {

namespace {

using CancelRequest = api::RequestCancelWorkflowExecutionRequest;

Status check_cancel(const CancelRequest& request, const Limits& limits) {
    TRY(check_execution(request.has_workflow_execution(), request.workflow_execution(),
                        limits.id_bytes_max));
    TRY(check_run_id(request.first_execution_run_id()));
    TRY(check_length("RequestId", request.request_id(), limits.id_bytes_max));
    TRY(check_length("Identity", request.identity(), limits.id_bytes_max));
    TRY(check_length("Reason", request.reason(), limits.blob_bytes_max));
    return check_links(request.links(), limits);
}

}  // namespace

Async<Result<api::RequestCancelWorkflowExecutionResponse>> request_cancel_workflow_execution(
    Frontend& frontend, Call call, CancelRequest request) {
    CO_TRY(check_cancel(request, frontend.limits()));
    role::v1::RequestCancelWorkflowRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().request_cancel_workflow(std::move(call.context),
                                                                  std::move(forwarded));
}

}  // namespace server::frontend

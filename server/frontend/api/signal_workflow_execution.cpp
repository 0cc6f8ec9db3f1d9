#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"
#include "server/frontend/validation/payloads.h"

namespace server::frontend {

namespace {

using SignalRequest = api::SignalWorkflowExecutionRequest;

Status check_signal(const SignalRequest& request, const Limits& limits) {
    TRY(check_execution(request.has_workflow_execution(), request.workflow_execution(),
                        limits.id_bytes_max));
    TRY(check_name("SignalName", request.signal_name(), limits.id_bytes_max));
    TRY(check_length("RequestId", request.request_id(), limits.id_bytes_max));
    TRY(check_length("Identity", request.identity(), limits.id_bytes_max));
    TRY(check_links(request.links(), limits));
    TRY(check_blob("SignalWorkflowExecution.Header", request.header(), limits));
    return check_blob("SignalWorkflowExecution.Input", request.input(), limits);
}

}  // namespace

Async<Result<api::SignalWorkflowExecutionResponse>> signal_workflow_execution(
    Frontend& frontend, Call call, SignalRequest request) {
    CO_TRY(check_signal(request, frontend.limits()));
    role::v1::SignalWorkflowRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().signal_workflow(std::move(call.context),
                                                          std::move(forwarded));
}

}  // namespace server::frontend

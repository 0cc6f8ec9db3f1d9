#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"
#include "server/frontend/validation/payloads.h"

namespace server::frontend {

namespace {

using TerminateRequest = api::TerminateWorkflowExecutionRequest;

// What the Terminated event says when the caller gave neither.
constexpr std::string_view kTerminateIdentity = "frontend-service";
constexpr std::string_view kTerminateReason = "Terminated by request.";

Status check_terminate(const TerminateRequest& request, const Limits& limits) {
    TRY(check_execution(request.has_workflow_execution(), request.workflow_execution(),
                        limits.id_bytes_max));
    TRY(check_run_id(request.first_execution_run_id()));
    TRY(check_length("Identity", request.identity(), limits.id_bytes_max));
    TRY(check_length("Reason", request.reason(), limits.blob_bytes_max));
    TRY(check_links(request.links(), limits));
    return check_blob("TerminateWorkflowExecution.Details", request.details(), limits);
}

}  // namespace

Async<Result<api::TerminateWorkflowExecutionResponse>> terminate_workflow_execution(
    Frontend& frontend, Call call, TerminateRequest request) {
    CO_TRY(check_terminate(request, frontend.limits()));
    if (request.reason().empty()) request.set_reason(std::string(kTerminateReason));
    if (request.identity().empty()) request.set_identity(std::string(kTerminateIdentity));
    role::v1::TerminateWorkflowRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().terminate_workflow(std::move(call.context),
                                                             std::move(forwarded));
}

}  // namespace server::frontend

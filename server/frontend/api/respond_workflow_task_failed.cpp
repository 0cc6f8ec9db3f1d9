#include "server/frontend/api/methods.h"
#include "server/frontend/validation/failures.h"
#include "server/frontend/validation/ids.h"

namespace server::frontend {

namespace {

// A failure that is too large to be stored becomes the cause, cut, of one that says so.
void cut_workflow_task_failure(api::RespondWorkflowTaskFailedRequest& request,
                               const Limits& limits) {
    if (request.failure().ByteSizeLong() <= limits.blob_bytes_max) return;
    auto failure = server_failure(kFailureTooLarge, true);
    *failure.mutable_cause() = truncated(request.failure(), limits.failure_kept_bytes_max);
    *request.mutable_failure() = std::move(failure);
}

}  // namespace

Async<Result<api::RespondWorkflowTaskFailedResponse>> respond_workflow_task_failed(
    Frontend& frontend, Call call, api::RespondWorkflowTaskFailedRequest request) {
    CO_TRY(check_length("Identity", request.identity(), frontend.limits().id_bytes_max));
    if (!enums::WorkflowTaskFailedCause_IsValid(request.cause())) {
        co_return invalid_argument("Invalid WorkflowTaskFailedCause: " +
                                   std::to_string(request.cause()));
    }
    cut_workflow_task_failure(request, frontend.limits());
    role::v1::RespondWorkflowTaskFailedRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().respond_workflow_task_failed(std::move(call.context),
                                                                       std::move(forwarded));
}

}  // namespace server::frontend

#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"

namespace server::frontend {

Async<Result<api::RespondWorkflowTaskCompletedResponse>> respond_workflow_task_completed(
    Frontend& frontend, Call call, api::RespondWorkflowTaskCompletedRequest request) {
    CO_TRY(check_length("Identity", request.identity(), frontend.limits().id_bytes_max));
    if (request.page_number() != 0 || request.intermediate_page()) {
        co_return failed_precondition(
            "pages of a workflow task completion are not enabled on this server: page_number " +
            std::to_string(request.page_number()));
    }
    role::v1::RespondWorkflowTaskCompletedRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().respond_workflow_task_completed(std::move(call.context),
                                                                          std::move(forwarded));
}

}  // namespace server::frontend

#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"
#include "server/frontend/validation/payloads.h"

namespace server::frontend {

namespace {

// An answer that is too large fails its query alone: the caller must hear something, and the
// workflow goes on.
void fail_large_answers(api::RespondWorkflowTaskCompletedRequest& request, const Limits& limits) {
    for (auto& [id, result] : *request.mutable_query_results()) {
        const Status size = check_blob("RespondWorkflowTaskCompleted.QueryResult", result, limits);
        if (size.ok()) continue;
        result.Clear();
        result.set_result_type(enums::QUERY_RESULT_TYPE_FAILED);
        result.set_error_message(size.message());
    }
}

}  // namespace

Async<Result<api::RespondWorkflowTaskCompletedResponse>> respond_workflow_task_completed(
    Frontend& frontend, Call call, api::RespondWorkflowTaskCompletedRequest request) {
    CO_TRY(check_length("Identity", request.identity(), frontend.limits().id_bytes_max));
    if (request.page_number() != 0 || request.intermediate_page()) {
        co_return failed_precondition(
            "pages of a workflow task completion are not enabled on this server: page_number " +
            std::to_string(request.page_number()));
    }
    fail_large_answers(request, frontend.limits());
    role::v1::RespondWorkflowTaskCompletedRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().respond_workflow_task_completed(std::move(call.context),
                                                                          std::move(forwarded));
}

}  // namespace server::frontend

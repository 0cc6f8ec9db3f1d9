#include "server/frontend/api/methods.h"
#include "server/frontend/validation/failures.h"
#include "server/frontend/validation/payloads.h"

namespace server::frontend {

namespace {

// An answer that is too large fails the query: its caller must hear something.
void fail_large_answer(api::RespondQueryTaskCompletedRequest& request, const Limits& limits) {
    const Status size =
        check_blob("RespondQueryTaskCompleted.QueryResult", request.query_result(), limits);
    if (!size.ok()) {
        request.set_completed_type(enums::QUERY_RESULT_TYPE_FAILED);
        request.clear_query_result();
        request.set_error_message(size.message());
    }
    if (request.failure().ByteSizeLong() <= limits.blob_bytes_max) return;
    auto failure = server_failure(kFailureTooLarge, true);
    *failure.mutable_cause() = truncated(request.failure(), limits.failure_kept_bytes_max);
    *request.mutable_failure() = std::move(failure);
}

}  // namespace

Async<Result<api::RespondQueryTaskCompletedResponse>> respond_query_task_completed(
    Frontend& frontend, Call call, api::RespondQueryTaskCompletedRequest request) {
    fail_large_answer(request, frontend.limits());
    role::v1::RespondQueryTaskCompletedRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.matching().respond_query_task_completed(std::move(call.context),
                                                                        std::move(forwarded));
}

}  // namespace server::frontend

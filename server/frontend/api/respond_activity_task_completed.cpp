#include "server/frontend/api/methods.h"
#include "server/frontend/validation/failures.h"
#include "server/frontend/validation/ids.h"

namespace server::frontend {

namespace {

using CompletedRequest = api::RespondActivityTaskCompletedRequest;
using CompletedResponse = api::RespondActivityTaskCompletedResponse;

// A result that is too large fails the activity: repeating it would not help.
Async<Result<CompletedResponse>> fail_by_large_result(Frontend& frontend, Call call,
                                                      CompletedRequest request) {
    role::v1::RespondActivityFailedRequest failed;
    failed.set_namespace_id(call.namespace_id());
    failed.mutable_request()->set_task_token(request.task_token());
    failed.mutable_request()->set_identity(request.identity());
    *failed.mutable_request()->mutable_failure() = server_failure(kResultTooLarge, true);
    CO_TRY_ASSIGN(const auto done, co_await frontend.history().respond_activity_failed(
                                       std::move(call.context), std::move(failed)));
    static_cast<void>(done);
    co_return CompletedResponse();
}

}  // namespace

Async<Result<CompletedResponse>> respond_activity_task_completed(Frontend& frontend, Call call,
                                                                 CompletedRequest request) {
    CO_TRY(check_length("Identity", request.identity(), frontend.limits().id_bytes_max));
    if (request.result().ByteSizeLong() > frontend.limits().blob_bytes_max) {
        co_return co_await fail_by_large_result(frontend, std::move(call), std::move(request));
    }
    role::v1::RespondActivityCompletedRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().respond_activity_completed(std::move(call.context),
                                                                     std::move(forwarded));
}

}  // namespace server::frontend

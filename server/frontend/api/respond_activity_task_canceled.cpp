#include "server/frontend/api/methods.h"
#include "server/frontend/validation/failures.h"
#include "server/frontend/validation/ids.h"

namespace server::frontend {

namespace {

using CanceledRequest = api::RespondActivityTaskCanceledRequest;
using CanceledResponse = api::RespondActivityTaskCanceledResponse;

Async<Result<CanceledResponse>> fail_by_large_details(Frontend& frontend, Call call,
                                                      CanceledRequest request) {
    role::v1::RespondActivityFailedRequest failed;
    failed.set_namespace_id(call.namespace_id());
    failed.mutable_request()->set_task_token(request.task_token());
    failed.mutable_request()->set_identity(request.identity());
    *failed.mutable_request()->mutable_failure() = server_failure(kCancelDetailsTooLarge, true);
    CO_TRY_ASSIGN(const auto done, co_await frontend.history().respond_activity_failed(
                                       std::move(call.context), std::move(failed)));
    static_cast<void>(done);
    co_return CanceledResponse();
}

}  // namespace

Async<Result<CanceledResponse>> respond_activity_task_canceled(Frontend& frontend, Call call,
                                                               CanceledRequest request) {
    CO_TRY(check_length("Identity", request.identity(), frontend.limits().id_bytes_max));
    if (request.details().ByteSizeLong() > frontend.limits().blob_bytes_max) {
        co_return co_await fail_by_large_details(frontend, std::move(call), std::move(request));
    }
    role::v1::RespondActivityCanceledRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().respond_activity_canceled(std::move(call.context),
                                                                    std::move(forwarded));
}

}  // namespace server::frontend

#include "server/frontend/api/methods.h"
#include "server/frontend/validation/activity_by_id.h"

namespace server::frontend {

Async<Result<api::RespondActivityTaskCompletedByIdResponse>> respond_activity_task_completed_by_id(
    Frontend& frontend, Call call, api::RespondActivityTaskCompletedByIdRequest request) {
    api::RespondActivityTaskCompletedRequest by_token;
    CO_TRY_ASSIGN(*by_token.mutable_task_token(),
                  token_by_id(request, call.namespace_id(), frontend.limits().id_bytes_max));
    by_token.set_namespace_(request.namespace_());
    by_token.set_identity(request.identity());
    if (request.has_result()) *by_token.mutable_result() = std::move(*request.mutable_result());
    CO_TRY_ASSIGN(const auto done, co_await respond_activity_task_completed(
                                       frontend, std::move(call), std::move(by_token)));
    static_cast<void>(done);
    co_return api::RespondActivityTaskCompletedByIdResponse();
}

}  // namespace server::frontend

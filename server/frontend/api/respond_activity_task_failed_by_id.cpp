#include "server/frontend/api/methods.h"
#include "server/frontend/validation/activity_by_id.h"

namespace server::frontend {

Async<Result<api::RespondActivityTaskFailedByIdResponse>> respond_activity_task_failed_by_id(
    Frontend& frontend, Call call, api::RespondActivityTaskFailedByIdRequest request) {
    api::RespondActivityTaskFailedRequest by_token;
    CO_TRY_ASSIGN(*by_token.mutable_task_token(),
                  token_by_id(request, call.namespace_id(), frontend.limits().id_bytes_max));
    by_token.set_namespace_(request.namespace_());
    by_token.set_identity(request.identity());
    if (request.has_failure()) *by_token.mutable_failure() = std::move(*request.mutable_failure());
    if (request.has_last_heartbeat_details()) {
        *by_token.mutable_last_heartbeat_details() =
            std::move(*request.mutable_last_heartbeat_details());
    }
    CO_TRY_ASSIGN(auto answer, co_await respond_activity_task_failed(frontend, std::move(call),
                                                                     std::move(by_token)));
    api::RespondActivityTaskFailedByIdResponse response;
    *response.mutable_failures() = std::move(*answer.mutable_failures());
    co_return response;
}

}  // namespace server::frontend

#include "server/frontend/api/methods.h"
#include "server/frontend/validation/activity_by_id.h"

namespace server::frontend {

Async<Result<api::RecordActivityTaskHeartbeatByIdResponse>> record_activity_task_heartbeat_by_id(
    Frontend& frontend, Call call, api::RecordActivityTaskHeartbeatByIdRequest request) {
    api::RecordActivityTaskHeartbeatRequest by_token;
    CO_TRY_ASSIGN(*by_token.mutable_task_token(),
                  token_by_id(request, call.namespace_id(), frontend.limits().id_bytes_max));
    by_token.set_namespace_(request.namespace_());
    by_token.set_identity(request.identity());
    if (request.has_details()) *by_token.mutable_details() = std::move(*request.mutable_details());
    CO_TRY_ASSIGN(const auto answer, co_await record_activity_task_heartbeat(
                                         frontend, std::move(call), std::move(by_token)));
    api::RecordActivityTaskHeartbeatByIdResponse response;
    response.set_cancel_requested(answer.cancel_requested());
    response.set_activity_paused(answer.activity_paused());
    response.set_activity_reset(answer.activity_reset());
    co_return response;
}

}  // namespace server::frontend

#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"

namespace server::frontend {

Async<Result<api::ResetStickyTaskQueueResponse>> reset_sticky_task_queue(
    Frontend& frontend, Call call, api::ResetStickyTaskQueueRequest request) {
    CO_TRY(check_execution(request.has_execution(), request.execution(),
                           frontend.limits().id_bytes_max));
    role::v1::ResetStickyTaskQueueRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().reset_sticky_task_queue(std::move(call.context),
                                                                  std::move(forwarded));
}

}  // namespace server::frontend

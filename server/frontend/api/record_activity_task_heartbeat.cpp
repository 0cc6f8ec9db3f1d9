#include "server/frontend/api/methods.h"
#include "server/frontend/validation/failures.h"
#include "server/frontend/validation/ids.h"

namespace server::frontend {

namespace {

using HeartbeatRequest = api::RecordActivityTaskHeartbeatRequest;
using HeartbeatResponse = api::RecordActivityTaskHeartbeatResponse;

// Details that are too large fail the activity, and the worker hears that it should stop.
Async<Result<HeartbeatResponse>> fail_by_large_heartbeat(Frontend& frontend, Call call,
                                                         HeartbeatRequest request) {
    role::v1::RespondActivityFailedRequest failed;
    failed.set_namespace_id(call.namespace_id());
    failed.mutable_request()->set_task_token(request.task_token());
    failed.mutable_request()->set_identity(request.identity());
    *failed.mutable_request()->mutable_failure() = server_failure(kHeartbeatTooLarge, true);
    CO_TRY_ASSIGN(const auto done, co_await frontend.history().respond_activity_failed(
                                       std::move(call.context), std::move(failed)));
    static_cast<void>(done);
    HeartbeatResponse response;
    response.set_cancel_requested(true);
    co_return response;
}

}  // namespace

Async<Result<HeartbeatResponse>> record_activity_task_heartbeat(Frontend& frontend, Call call,
                                                                HeartbeatRequest request) {
    CO_TRY(check_length("Identity", request.identity(), frontend.limits().id_bytes_max));
    if (request.details().ByteSizeLong() > frontend.limits().blob_bytes_max) {
        co_return co_await fail_by_large_heartbeat(frontend, std::move(call), std::move(request));
    }
    role::v1::RecordActivityHeartbeatRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.history().record_activity_heartbeat(std::move(call.context),
                                                                    std::move(forwarded));
}

}  // namespace server::frontend

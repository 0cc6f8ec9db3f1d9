#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"
#include "server/frontend/validation/poll.h"
#include "server/frontend/validation/task_queue.h"

namespace server::frontend {

namespace {

using ActivityPoll = api::PollActivityTaskQueueRequest;

Status check_activity_poll(ActivityPoll& request, const Limits& limits) {
    TRY(check_length("Identity", request.identity(), limits.id_bytes_max));
    TRY(check_polled_task_queue(request.has_task_queue(), *request.mutable_task_queue(), limits));
    return check_poll_versioning("PollActivityTaskQueue", request.deployment_options());
}

}  // namespace

Async<Result<api::PollActivityTaskQueueResponse>> poll_activity_task_queue(Frontend& frontend,
                                                                           Call call,
                                                                           ActivityPoll request) {
    CO_TRY(check_poll_deadline(call.context, frontend.clock().now(), frontend.limits()));
    CO_TRY(check_activity_poll(request, frontend.limits()));
    role::v1::PollActivityTaskQueueRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    CO_TRY_ASSIGN(role::v1::PollActivityTaskQueueResponse polled,
                  co_await frontend.matching().poll_activity_task_queue(std::move(call.context),
                                                                        std::move(forwarded)));
    co_return std::move(*polled.mutable_response());
}

}  // namespace server::frontend

#include "server/frontend/api/methods.h"
#include "server/frontend/validation/task_queue.h"

namespace server::frontend {

Async<Result<api::DescribeTaskQueueResponse>> describe_task_queue(
    Frontend& frontend, Call call, api::DescribeTaskQueueRequest request) {
    CO_TRY(check_polled_task_queue(request.has_task_queue(), *request.mutable_task_queue(),
                                   frontend.limits()));
    role::v1::DescribeTaskQueueRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.matching().describe_task_queue(std::move(call.context),
                                                               std::move(forwarded));
}

}  // namespace server::frontend

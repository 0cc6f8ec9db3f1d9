#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"

namespace server::frontend {

Async<Result<api::ShutdownWorkerResponse>> shutdown_worker(Frontend& frontend, Call call,
                                                           api::ShutdownWorkerRequest request) {
    const std::size_t id_bytes_max = frontend.limits().id_bytes_max;
    CO_TRY(check_length("StickyTaskQueue", request.sticky_task_queue(), id_bytes_max));
    CO_TRY(check_length("TaskQueue", request.task_queue(), id_bytes_max));
    CO_TRY(check_length("Identity", request.identity(), id_bytes_max));
    CO_TRY(check_length("WorkerInstanceKey", request.worker_instance_key(), id_bytes_max));
    role::v1::ShutdownWorkerRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(request);
    co_return co_await frontend.matching().shutdown_worker(std::move(call.context),
                                                           std::move(forwarded));
}

}  // namespace server::frontend

#include "server/frontend/api/methods.h"
#include "server/frontend/validation/task_queue.h"

namespace server::frontend {

// Every queue has one partition, the root, which bears the queue's name; all are in this process.
Async<Result<api::ListTaskQueuePartitionsResponse>> list_task_queue_partitions(
    Frontend& frontend, Call, api::ListTaskQueuePartitionsRequest request) {
    CO_TRY(check_polled_task_queue(request.has_task_queue(), *request.mutable_task_queue(),
                                   frontend.limits()));
    api::ListTaskQueuePartitionsResponse response;
    response.add_activity_task_queue_partitions()->set_key(request.task_queue().name());
    response.add_workflow_task_queue_partitions()->set_key(request.task_queue().name());
    co_return response;
}

}  // namespace server::frontend

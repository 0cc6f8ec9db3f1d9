#include "server/matching/api/shutdown_worker.h"

namespace server::matching {

Async<void> shutdown_worker(PartitionTable& table, role::v1::ShutdownWorkerRequest request) {
    DepartingWorker worker;
    worker.namespace_id = request.namespace_id();
    worker.worker_instance_key = request.request().worker_instance_key();
    worker.identity = request.request().identity();
    worker.task_queue = request.request().task_queue();
    table.shut_down(worker, request.request().sticky_task_queue());
    co_return;
}

}  // namespace server::matching

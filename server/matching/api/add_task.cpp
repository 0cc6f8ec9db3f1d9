#include "server/matching/api/add_task.h"

#include "temporal/api/enums/v1/task_queue.pb.h"

namespace server::matching {

Result<PartitionKey> partition_of(const role::v1::AddTaskRequest& request) {
    namespace enums = ::temporal::api::enums::v1;
    const int type = request.task_queue_type();
    if (request.task_queue().empty()) return invalid_argument("task_queue of the task is not set");
    if (type != enums::TASK_QUEUE_TYPE_WORKFLOW && type != enums::TASK_QUEUE_TYPE_ACTIVITY) {
        return invalid_argument("task_queue_type must be workflow (1) or activity (2): " +
                                std::to_string(type));
    }
    if (request.sticky() && type != enums::TASK_QUEUE_TYPE_WORKFLOW) {
        return invalid_argument("only workflow tasks have sticky queues: " + request.task_queue());
    }
    return PartitionKey{request.task().namespace_id(), request.task_queue(), type,
                        request.sticky()};
}

namespace {

// From another partition of the queue, at the root.
Async<Result<role::v1::AddTaskResponse>> add_forwarded(std::shared_ptr<Partition> partition,
                                                       rpc::CallContext context,
                                                       role::v1::AddTaskRequest request) {
    TaskPtr task = make_task(std::move(*request.mutable_task()));
    task->request_id = request.request_id();
    task->is_forwarded = true;
    const std::chrono::milliseconds wait(request.wait_ms());
    auto call = partition->add_forwarded(std::move(context), std::move(task), wait);
    CO_TRY_ASSIGN(ForwardedTask forwarded, co_await std::move(call));
    role::v1::AddTaskResponse response;
    response.set_sync_matched(forwarded.end == ForwardedTask::End::started);
    response.set_not_started(forwarded.end == ForwardedTask::End::not_started);
    response.set_request_id(forwarded.request_id);
    co_return response;
}

}  // namespace

Async<Result<role::v1::AddTaskResponse>> add_task(PartitionTable& table, PartitionKey key,
                                                  rpc::CallContext context,
                                                  role::v1::AddTaskRequest request) {
    const PartitionTable::Presence presence(table);
    CO_TRY_ASSIGN(const std::shared_ptr<Partition> partition, table.find_or_load(key));
    if (!request.forwarded_from().empty()) {
        auto call = add_forwarded(partition, std::move(context), std::move(request));
        co_return co_await std::move(call);
    }
    TaskPtr task = make_task(std::move(*request.mutable_task()));
    CO_TRY_ASSIGN(const bool sync_matched, co_await partition->add_task(std::move(task)));
    role::v1::AddTaskResponse response;
    response.set_sync_matched(sync_matched);
    response.set_partitions(partition->partitions_for_tasks());
    co_return response;
}

}  // namespace server::matching

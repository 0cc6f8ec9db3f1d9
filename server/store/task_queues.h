#pragma once
// The port of task queue partitions: a lease (range id, the fence) and the backlog of tasks that
// found no poller.

#include <cstdint>
#include <string>
#include <vector>

#include "server/base/ids.h"
#include "server/base/time.h"
#include "server/runtime/async.h"

namespace server::store {

struct TaskQueueKey {
    std::string namespace_id;
    std::string name;   // of the partition, as on the wire
    std::int16_t type;  // temporal.api.enums.v1.TaskQueueType
    auto operator<=>(const TaskQueueKey&) const = default;
};

struct TaskQueueClaim {
    TaskQueueKey partition;
    std::string owner;
    // Whose partition it is, in find_partitions(); empty for the one that bears the queue's name.
    std::string queue;
};

struct TaskQueueLease {
    RangeId range_id;
    TaskId done_through;  // every task up to this id was dispatched
};

struct BacklogTask {
    TaskId id;
    TimePoint expires = kNever;
    std::string task;  // serialized server.state.v1.BacklogTask
};

struct BacklogWrite {
    TaskQueueKey queue;
    RangeId range_id;  // the fence
    std::vector<BacklogTask> added;
    TaskId done_through;  // tasks up to this id are removed; 0: nothing new
};

class TaskQueues {
public:
    virtual ~TaskQueues() = default;

    // Makes the claim's owner that of the partition: increments the range id, creating the row when
    // missing.
    virtual Async<Result<TaskQueueLease>> acquire(TaskQueueClaim claim) = 0;
    // FailedPrecondition with OwnershipLost when the lease is stale: nothing was written.
    virtual Async<Status> commit(BacklogWrite write) = 0;
    // Tasks above `after`, oldest first.
    virtual Async<Result<std::vector<BacklogTask>>> read(TaskQueueKey queue, TaskId after,
                                                         std::int32_t count_max) = 0;
    // The names, in order, of the partitions that were ever claimed for this queue. Such a row is
    // never removed.
    virtual Async<Result<std::vector<std::string>>> find_partitions(TaskQueueKey queue,
                                                                    std::int32_t count_max) = 0;
};

}  // namespace server::store

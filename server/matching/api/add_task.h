#pragma once
// AddTask: history brings a task that a worker shall do, or a partition forwards one to the root.

#include "server/matching/partition/table.h"

namespace server::matching {

// InvalidArgument for a task without queue, of another type than workflow or activity, or a sticky
// activity.
Result<PartitionKey> partition_of(const role::v1::AddTaskRequest& request);

Async<Result<role::v1::AddTaskResponse>> add_task(PartitionTable& table, PartitionKey key,
                                                  rpc::CallContext context,
                                                  role::v1::AddTaskRequest request);

}  // namespace server::matching

#pragma once
// A workflow or activity task goes to its task queue in matching, if its cause still stands.

#include "server/rpc/matching.h"
#include "server/state/v1/task.pb.h"

namespace server::history {

class Shard;

// The queue of a workflow or activity task, and the task as matching has it. Its own priority goes
// over its workflow's.
rpc::WorkerQueue queue_of(const state::v1::Task& dispatch);
state::v1::BacklogTask backlog_task(const state::v1::Task& dispatch,
                                    const ::temporal::api::common::v1::Priority& of_workflow,
                                    TimePoint now);

// Ok when matching has the task, or when it is stale.
Async<Status> dispatch_task(Shard& shard, state::v1::Task task);

}  // namespace server::history

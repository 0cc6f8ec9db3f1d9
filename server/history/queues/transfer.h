#pragma once
// Executing the tasks of the outbox: each looks at the run that it came from, lets go of it, and
// only then calls another role or another workflow's shard.
//
//   dispatch.h         a workflow or activity task goes to matching
//   other_workflow.h   children, parents, external workflows

#include "server/runtime/async.h"
#include "server/state/v1/task.pb.h"

namespace server::history {

class Shard;

// Ok when the task is done, or when it is stale.
Async<Status> execute_task(Shard& shard, state::v1::Task task);

}  // namespace server::history

#pragma once
// A workflow or activity task goes to its task queue in matching, if its cause still stands.

#include "server/runtime/async.h"
#include "server/state/v1/task.pb.h"

namespace server::history {

class Shard;

// Ok when matching has the task, or when it is stale.
Async<Status> dispatch_task(Shard& shard, state::v1::Task task);

}  // namespace server::history

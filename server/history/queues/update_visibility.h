#pragma once
// Executing visibility tasks, where visibility has a database of its own: the record is written as
// the run is now, so what happens to a run in a short time is written once. The store batches the
// records of all shards.

#include "server/runtime/async.h"
#include "server/state/v1/task.pb.h"

namespace server::history {

class Shard;

// Ok when the record is written, or removed because the run or its namespace is gone.
Async<Status> update_visibility(Shard& shard, state::v1::Task task);

}  // namespace server::history

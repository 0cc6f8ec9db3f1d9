#pragma once
// ShutdownWorker: the open polls of the worker end with an empty success, its sticky queue is
// unloaded.

#include "server/matching/partition/table.h"

namespace server::matching {

// The part of one lane; the worker may poll queues on all of them.
Async<void> shutdown_worker(PartitionTable& table, role::v1::ShutdownWorkerRequest request);

}  // namespace server::matching

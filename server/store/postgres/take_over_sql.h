#pragma once
// Taking shards and partitions over: many in one statement, rows locked in the order of their keys
// as batches lock them.

#include <string>
#include <vector>

#include "server/store/postgres/connection.h"
#include "server/store/task_queues.h"

namespace server::store::postgres {

struct ShardClaim {
    ShardId shard_id;
    std::string owner;
};

// Each shard or partition at most once.
Call acquire_shards_call(const std::vector<ShardClaim>& claims);
Call acquire_queues_call(const std::vector<TaskQueueClaim>& claims);

// In the order of the claims.
std::vector<RangeId> acquired_shards(const std::vector<ShardClaim>& claims, const Rows& answer);
std::vector<TaskQueueLease> acquired_queues(const std::vector<TaskQueueClaim>& claims,
                                            const Rows& answer);

// The pid of the server's process behind the connection, which for the length of the transaction
// waits no longer than that for a lock.
Call limit_lock_wait_call(Duration at_most);
// Ends the processes that `pid` waits for: owners that were stopped, or whose host is gone. Returns
// their pids and users, and whether they were ended.
Call end_blockers_call(int pid);

}  // namespace server::store::postgres

#pragma once
// What the memory store keeps, and the writes on it as plain functions. Ordered maps, so that
// nothing depends on hashes: a simulation takes the same course for the same seed.

#include <map>
#include <string>
#include <tuple>

#include "server/store/cluster_metadata.h"
#include "server/store/namespaces.h"
#include "server/store/runs.h"
#include "server/store/task_queues.h"
#include "server/store/visibility.h"

namespace server::store::memory {

struct Shard {
    RangeId range_id;
    std::string owner;
    std::map<std::string, StoredRun> runs;                              // by run id
    std::map<std::string, TimePoint> due;                               // run id → next due
    std::map<std::pair<std::string, std::string>, CurrentRun> current;  // namespace, workflow id
    std::map<std::pair<std::string, EventId>, HistoryBatch> history;    // branch, first event
    std::map<TaskId, OutboxTask> outbox;
};

struct TaskQueue {
    TaskQueueLease lease;
    std::string owner;
    std::string queue;  // TaskQueueClaim.queue
    std::map<TaskId, BacklogTask> backlog;
};

using VisibilityTable = std::map<std::pair<std::string, std::string>, VisibilityRecord>;

struct Tables {
    std::map<ShardId, Shard> shards;
    VisibilityTable visibility;  // namespace, run id
    std::map<TaskQueueKey, TaskQueue> task_queues;
    std::map<std::string, NamespaceRecord> namespaces;  // by id
    std::optional<ClusterIdentity> identity;
};

// Checks every condition, then writes all or nothing.
CommitOutcome apply(Tables& tables, const TransitionWrite& write);
Status apply(Tables& tables, const BacklogWrite& write);
void apply(Tables& tables, const VisibilityRecord& record);
Status create(Tables& tables, const NamespaceRecord& record);
Status update(Tables& tables, const NamespaceRecord& record);

}  // namespace server::store::memory

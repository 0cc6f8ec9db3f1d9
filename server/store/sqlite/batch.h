#pragma once
// One group commit: the transaction in which the writer applies the writes that were waiting. Lives
// on the writer's thread, from BEGIN to COMMIT.

#include <map>
#include <vector>

#include "server/store/runs.h"
#include "server/store/sqlite/connection.h"

namespace server::store::sqlite {

class Batch {
public:
    explicit Batch(Connection& connection) : connection_(connection) {}
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    Connection& connection() { return connection_; }

    // The fence: the range id of a shard, read once per batch; 0 for a shard nobody ever owned.
    Result<RangeId> range_of(ShardId shard_id);
    // The shard changes hands inside this batch.
    void set_range(ShardId shard_id, RangeId range_id) { ranges_[shard_id] = range_id; }

    // Adds the outbox part of an applied transition, which must outlive the batch.
    void stage_outbox(const TransitionWrite& write);

    // Writes the outbox: one row per shard, and one range of done rows removed.
    Status write_outbox();

private:
    struct StagedOutbox {
        std::vector<const OutboxTask*> tasks;
        TaskId done_through;
    };

    Status write_shard(ShardId shard_id, const StagedOutbox& staged);

    Connection& connection_;
    std::map<ShardId, RangeId> ranges_;
    std::map<ShardId, StagedOutbox> outbox_;
};

}  // namespace server::store::sqlite

#pragma once
// Writes of the runs port, inside the writer's transaction.

#include <optional>
#include <string>

#include "server/store/runs.h"
#include "server/store/sqlite/batch.h"

namespace server::store::sqlite {

// Bytes a transition brings along, for the bounds of queue and batch.
std::size_t size_bytes_of(const TransitionWrite& write);

// Checks fence, record versions and the current-run condition, and only then writes. The outcome is
// shard_lost or conflict when a check failed, and then nothing was written.
Status apply_transition(Batch& batch, const TransitionWrite& write,
                        std::optional<CommitOutcome>& outcome);

Status acquire_shard(Batch& batch, ShardId shard_id, const std::string& owner,
                     std::optional<Result<RangeId>>& answer);

}  // namespace server::store::sqlite

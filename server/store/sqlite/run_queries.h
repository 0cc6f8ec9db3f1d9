#pragma once
// Reads of the runs port. Absence is a value; Unavailable or DataLoss when the file cannot be read.

#include <optional>
#include <string>
#include <vector>

#include "server/store/runs.h"
#include "server/store/sqlite/connection.h"

namespace server::store::sqlite {

Result<std::optional<StoredRun>> find_run(Connection& connection, ShardId shard_id,
                                          const RunKey& run);
Result<std::optional<CurrentRun>> find_current_run(Connection& connection, ShardId shard_id,
                                                   const std::string& namespace_id,
                                                   const std::string& workflow_id);
Result<std::vector<HistoryBatch>> read_history(Connection& connection, const HistoryQuery& query);
Result<std::vector<OutboxTask>> read_outbox(Connection& connection, ShardId shard_id, TaskId after,
                                            std::int32_t count_max);
Result<std::vector<DueRun>> read_due_runs(Connection& connection, ShardId shard_id,
                                          TimePoint before, const std::optional<DueRun>& after,
                                          std::int32_t count_max);

}  // namespace server::store::sqlite

#pragma once
// Reads of the runs port: the transaction that asks, and what its rows mean.

#include <optional>
#include <vector>

#include "server/store/postgres/connection.h"
#include "server/store/runs.h"

namespace server::store::postgres {

Transaction find_run_query(ShardId shard_id, const RunKey& run);
Result<std::optional<StoredRun>> found_run(const RunKey& run, const std::vector<Rows>& rows);

Transaction find_current_run_query(ShardId shard_id, const std::string& namespace_id,
                                   const std::string& workflow_id);
Result<std::optional<CurrentRun>> found_current_run(const std::vector<Rows>& rows);

Transaction read_history_query(const HistoryQuery& query);
Result<std::vector<HistoryBatch>> history_read(const std::string& branch_id,
                                               const std::vector<Rows>& rows);

Transaction read_outbox_query(ShardId shard_id, TaskId after, std::int32_t count_max);
Result<std::vector<OutboxTask>> outbox_read(TaskId after, const std::vector<Rows>& rows);

Transaction read_due_runs_query(ShardId shard_id, TimePoint before,
                                const std::optional<DueRun>& after, std::int32_t count_max);
Result<std::vector<DueRun>> due_runs_read(const std::vector<Rows>& rows);

}  // namespace server::store::postgres

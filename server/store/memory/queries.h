#pragma once
// Reads of the tables.

#include <optional>
#include <string>
#include <vector>

#include "server/store/memory/tables.h"

namespace server::store::memory {

std::optional<StoredRun> find_run(const Tables& tables, ShardId shard_id, const RunKey& run);
std::optional<CurrentRun> find_current_run(const Tables& tables, ShardId shard_id,
                                           const std::string& namespace_id,
                                           const std::string& workflow_id);
std::vector<HistoryBatch> read_history(const Tables& tables, const HistoryQuery& query);
std::vector<OutboxTask> read_outbox(const Tables& tables, ShardId shard_id, TaskId after,
                                    std::int32_t count_max);
std::vector<DueRun> read_due_runs(const Tables& tables, ShardId shard_id, TimePoint before,
                                  const std::optional<DueRun>& after, std::int32_t count_max);

std::vector<std::string> find_partition_names(const Tables& tables, const TaskQueueKey& queue,
                                              std::int32_t count_max);
std::vector<BacklogTask> read_backlog(const Tables& tables, const TaskQueueKey& queue, TaskId after,
                                      std::int32_t count_max);

std::optional<NamespaceRecord> find_namespace_by_name(const Tables& tables,
                                                      const std::string& name);
std::optional<NamespaceRecord> find_namespace_by_id(const Tables& tables, const std::string& id);
std::vector<NamespaceRecord> list_namespaces(const Tables& tables, const std::string& after,
                                             std::int32_t count_max);

Result<VisibilityPage> list_visibility(const Tables& tables, const std::string& namespace_id,
                                       const visibility::Query& query, std::int32_t page_size,
                                       const std::string& page_token);
VisibilityCount count_visibility(const Tables& tables, const std::string& namespace_id,
                                 const visibility::Query& query);

}  // namespace server::store::memory

#pragma once
// The conditions of writes that every store checks, and what it says when one fails.

#include <optional>
#include <string>

#include "server/store/namespaces.h"
#include "server/store/runs.h"
#include "server/store/task_queues.h"

namespace server::store {

// The fence: whether a write with the range id `presented` may pass. 0 is nobody's.
bool owns(RangeId stored, RangeId presented);

std::string lost_shard(const TransitionWrite& write, RangeId stored);
std::string version_conflict(const RunWrite& write, std::int64_t stored);
std::string version_conflict(const RunDelete& write, std::int64_t stored);
std::string current_run_conflict(const CurrentRunWrite& write,
                                 const std::optional<std::string>& stored);
std::string history_conflict(const HistoryBatch& batch);
std::string run_id_conflict(const RunKey& run, const std::string& workflow_id);

Status lost_task_queue(const BacklogWrite& write, RangeId stored);
Status namespace_name_taken(const NamespaceRecord& record);
Status namespace_id_taken(const NamespaceRecord& record);
Status namespace_version_conflict(const NamespaceRecord& record, std::int64_t stored);
Status namespace_missing(const NamespaceRecord& record);

}  // namespace server::store

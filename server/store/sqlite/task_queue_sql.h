#pragma once
// Task queue partitions and their backlog.

#include <optional>
#include <string>
#include <vector>

#include "server/store/sqlite/batch.h"
#include "server/store/task_queues.h"

namespace server::store::sqlite {

std::size_t size_bytes_of(const BacklogWrite& write);

Status acquire_task_queue(Batch& batch, const TaskQueueClaim& claim,
                          std::optional<Result<TaskQueueLease>>& answer);
Status apply_backlog(Batch& batch, const BacklogWrite& write, std::optional<Status>& answer);

Result<std::vector<std::string>> find_partition_names(Connection& connection,
                                                      const TaskQueueKey& queue,
                                                      std::int32_t count_max);
Result<std::vector<BacklogTask>> read_backlog(Connection& connection, const TaskQueueKey& queue,
                                              TaskId after, std::int32_t count_max);

}  // namespace server::store::sqlite

#pragma once
// The backlog writes of a batch as one statement, fenced as transitions are (transition_sql.h):
// the partition's row is locked, and whose lease is stale drops out.

#include <vector>

#include "server/store/postgres/connection.h"
#include "server/store/task_queues.h"

namespace server::store::postgres {

using BacklogWrites = std::vector<const BacklogWrite*>;

Call backlog_call(const BacklogWrites& writes);
std::vector<Status> backlog_answers(const BacklogWrites& writes, const Rows& answer);

Call find_partitions_call(const TaskQueueKey& queue, std::int32_t count_max);
Result<std::vector<std::string>> found_names(const std::vector<Rows>& rows);
Call read_backlog_call(const TaskQueueKey& queue, TaskId after, std::int32_t count_max);
Result<std::vector<BacklogTask>> read_backlog(const std::vector<Rows>& rows);

}  // namespace server::store::postgres

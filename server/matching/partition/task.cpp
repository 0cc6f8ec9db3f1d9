#include "server/matching/partition/task.h"

namespace server::matching {

TaskPtr make_task(state::v1::BacklogTask info) {
    auto task = std::make_shared<Task>();
    const int priority = info.priority().priority_key();
    if (priority > 0) task->priority = std::min(priority, kPriorityLast);
    if (info.expires_ns() != 0) task->expires = from_unix_nanos(info.expires_ns());
    task->info = std::move(info);
    return task;
}

}  // namespace server::matching

#include "server/history/queues/transfer.h"

#include "server/history/queues/dispatch.h"
#include "server/history/queues/other_workflow.h"
#include "server/history/queues/update_visibility.h"

namespace server::history {

namespace {

Async<Status> refuse_task_without_kind() {
    co_return invalid_argument("an outbox task without a kind");
}

}  // namespace

Async<Status> execute_task(Shard& shard, state::v1::Task task) {
    switch (task.kind_case()) {
    case state::v1::Task::kDispatchWorkflowTask:
    case state::v1::Task::kDispatchActivityTask: return dispatch_task(shard, std::move(task));
    case state::v1::Task::kStartChild: return start_child(shard, std::move(task));
    case state::v1::Task::kApplyParentClosePolicy:
        return apply_parent_close_policy(shard, std::move(task));
    case state::v1::Task::kReportToParent: return report_to_parent(shard, std::move(task));
    case state::v1::Task::kCancelExternal: return cancel_external(shard, std::move(task));
    case state::v1::Task::kSignalExternal: return signal_external(shard, std::move(task));
    case state::v1::Task::kUpdateVisibility: return update_visibility(shard, std::move(task));
    case state::v1::Task::KIND_NOT_SET: break;
    }
    return refuse_task_without_kind();
}

}  // namespace server::history

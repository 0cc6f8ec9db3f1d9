#include "server/history/queues/other_workflow.h"

#include "server/history/shard/shard.h"

namespace server::history {

RunKey run_of_task(const state::v1::Task& task) {
    return {task.namespace_id(), task.workflow_id(), task.run_id()};
}

::temporal::api::common::v1::WorkflowExecution execution_of(const RunKey& run) {
    ::temporal::api::common::v1::WorkflowExecution execution;
    execution.set_workflow_id(run.workflow_id);
    execution.set_run_id(run.run_id);
    return execution;
}

rpc::CallContext workflow_call(Shard& shard) {
    rpc::CallContext context;
    context.deadline = saturating_add(shard.clock().now(), shard.options().workflow_call_timeout);
    return context;
}

Status ok_if_gone(const Status& status) {
    return status.code() == Code::NotFound ? ok_status() : status;
}

}  // namespace server::history

#pragma once
// From an execution on the wire to its locked run, and the writes that need no more than that.

#include "server/history/shard/write_run.h"
#include "temporal/api/common/v1/message.pb.h"

namespace server::history::api {

// An empty run id means the current run.
inline Async<Result<LockedRun>> lock_execution(
    Shard& shard, std::string namespace_id,
    ::temporal::api::common::v1::WorkflowExecution execution) {
    if (execution.run_id().empty()) {
        WorkflowKey workflow{std::move(namespace_id), execution.workflow_id()};
        co_return co_await shard.lock_current_run(std::move(workflow));
    }
    RunKey run{std::move(namespace_id), execution.workflow_id(), execution.run_id()};
    co_return co_await shard.lock_run(std::move(run));
}

inline RunKey run_of(const state::v1::TaskToken& token) {
    return {token.namespace_id(), token.workflow_id(), token.run_id()};
}

// A poll's answer never is InvalidArgument, which ends workers: what cannot be started is obsolete.
inline Status obsolete_if_invalid(const Status& status) {
    return status.code() == Code::InvalidArgument ? not_found(status.message()) : status;
}

// The run of a task token; without a run id (completion by id) the current one.
inline Async<Result<LockedRun>> lock_token(Shard& shard, state::v1::TaskToken token) {
    ::temporal::api::common::v1::WorkflowExecution execution;
    execution.set_workflow_id(token.workflow_id());
    execution.set_run_id(token.run_id());
    co_return co_await lock_execution(shard, token.namespace_id(), std::move(execution));
}

}  // namespace server::history::api

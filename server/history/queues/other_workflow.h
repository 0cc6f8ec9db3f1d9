#pragma once
// Tasks that concern another workflow, which may live in another shard or process: everything goes
// through rpc::History, and no run's lock is held meanwhile. All may be executed again; the target
// recognises a repeat by request id, by its parent, or by what it has recorded already.
//
//   start_child.cpp        start the child, record it here, release its first workflow task
//   parent_close.cpp       the run has closed: its children, and its parent, get to know
//   external_request.cpp   signals and cancel requests

#include "server/rpc/call_context.h"
#include "server/runtime/async.h"
#include "server/state/v1/task.pb.h"
#include "server/workflow/state/draft.h"

namespace server::history {

class Shard;

Async<Status> start_child(Shard& shard, state::v1::Task task);
Async<Status> apply_parent_close_policy(Shard& shard, state::v1::Task task);
Async<Status> report_to_parent(Shard& shard, state::v1::Task task);
Async<Status> cancel_external(Shard& shard, state::v1::Task task);
Async<Status> signal_external(Shard& shard, state::v1::Task task);

// Parts that they share.

RunKey run_of_task(const state::v1::Task& task);
::temporal::api::common::v1::WorkflowExecution execution_of(const RunKey& run);
rpc::CallContext workflow_call(Shard& shard);
// A target that is not there any more needs nothing: NotFound is Ok.
Status ok_if_gone(const Status& status);

// Terminates the child or asks it to cancel; with an empty `first_run_id` its current run, if that
// is the child of this initiated event.
struct OrphanedChild {
    RunKey parent;
    EventId initiated_event_id = kNoEvent;
    std::string workflow_id;
    std::string first_run_id;
    workflow::enums::ParentClosePolicy policy{};
};
Async<Status> end_child(Shard& shard, OrphanedChild child);

}  // namespace server::history

#include "server/base/mutant.h"
#include "server/history/api/history_pages.h"
#include "server/history/queues/other_workflow.h"
#include "server/history/shard/shard.h"
#include "server/workflow/events/identity.h"

namespace server::history {

namespace {

constexpr const char* kByPolicy = "by parent close policy";

role::v1::ExternalCaller parent_as_caller(const OrphanedChild& child) {
    role::v1::ExternalCaller caller;
    *caller.mutable_execution() = execution_of(child.parent);
    caller.set_must_be_parent(true);
    caller.set_child_initiated_event_id(child.initiated_event_id);
    return caller;
}

// What both ways to end a child name: its chain, and why.
template <class Request>
Request policy_request(const OrphanedChild& child) {
    Request request;
    request.set_namespace_id(child.parent.namespace_id);
    *request.mutable_caller() = parent_as_caller(child);
    auto& inner = *request.mutable_request();
    inner.mutable_workflow_execution()->set_workflow_id(child.workflow_id);
    inner.set_first_execution_run_id(child.first_run_id);
    inner.set_reason(kByPolicy);
    inner.set_identity(workflow::kHistoryIdentity);
    return request;
}

// Where the close event is, and who waits for it.
struct ClosedRun {
    bool last_of_chain = false;
    std::string branch_id;
    EventId batch_id = kNoEvent;
    EventId close_event_id = kNoEvent;
    role::v1::RecordChildClosedRequest report;  // all but the event
};

ClosedRun closed_run(const workflow::MutableState& state) {
    const auto& start = state.start();
    ClosedRun closed;
    closed.last_of_chain = !state.running() && start.has_parent_execution() &&
                           state.info().new_execution_run_id().empty();
    closed.branch_id = state.info().branch_id();
    closed.batch_id = state.info().last_batch_first_event_id();
    closed.close_event_id = state.next_event_id() - 1;
    closed.report.set_namespace_id(start.parent_namespace_id());
    *closed.report.mutable_execution() = start.parent_execution();
    closed.report.set_initiated_event_id(start.parent_initiated_event_id());
    *closed.report.mutable_child() = execution_of(state.run());
    closed.report.set_child_first_run_id(start.first_execution_run_id());
    return closed;
}

Async<Result<ClosedRun>> look_at_closed_run(Shard& shard, RunKey run) {
    CO_TRY_ASSIGN(const LockedRun locked, co_await shard.lock_run(std::move(run)));
    co_return closed_run(locked.state());
}

}  // namespace

Async<Status> end_child(Shard& shard, OrphanedChild child) {
    if (child.policy == workflow::enums::PARENT_CLOSE_POLICY_REQUEST_CANCEL) {
        auto request = policy_request<role::v1::RequestCancelWorkflowRequest>(child);
        const auto requested = co_await shard.history().request_cancel_workflow(
            workflow_call(shard), std::move(request));
        co_return ok_if_gone(requested.status());
    }
    auto request = policy_request<role::v1::TerminateWorkflowRequest>(child);
    const auto terminated =
        co_await shard.history().terminate_workflow(workflow_call(shard), std::move(request));
    co_return ok_if_gone(terminated.status());
}

Async<Status> apply_parent_close_policy(Shard& shard, state::v1::Task task) {
    if (mutant("parent_close_policy_lost")) co_return ok_status();
    const auto& kind = task.apply_parent_close_policy();
    OrphanedChild child{run_of_task(task), kind.initiated_event_id(), kind.workflow_id(),
                        kind.first_run_id(), kind.parent_close_policy()};
    co_return co_await end_child(shard, std::move(child));
}

Async<Status> report_to_parent(Shard& shard, state::v1::Task task) {
    const RunKey run = run_of_task(task);
    Result<ClosedRun> closed = co_await look_at_closed_run(shard, run);
    if (!closed.ok()) co_return ok_if_gone(closed.status());
    if (!closed->last_of_chain) co_return ok_status();
    CO_TRY_ASSIGN(*closed->report.mutable_close_event(),
                  co_await api::read_event(shard, run, closed->branch_id, closed->batch_id,
                                           closed->close_event_id));
    const auto recorded = co_await shard.history().record_child_closed(workflow_call(shard),
                                                                       std::move(closed->report));
    co_return ok_if_gone(recorded.status());
}

}  // namespace server::history

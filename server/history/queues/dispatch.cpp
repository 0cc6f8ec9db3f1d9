#include "server/history/queues/dispatch.h"

#include "server/history/shard/shard.h"
#include "server/workflow/operations/priority.h"
#include "temporal/api/enums/v1/task_queue.pb.h"

namespace server::history {

namespace {

namespace enums = ::temporal::api::enums::v1;
using Priority = ::temporal::api::common::v1::Priority;

// The cause of a task, looked at under the run's lock, which is let go before matching is called:
// matching may hand the task to a waiting worker at once, and that comes back for the same lock.
struct Cause {
    bool stands = false;
    Priority priority;  // of the workflow
};

bool stands(const workflow::MutableState& state, const state::v1::DispatchWorkflowTask& task) {
    const auto* pending = state.workflow_task();
    return state.running() && pending && !state.workflow_task_started() &&
           pending->scheduled_event_id() == task.scheduled_event_id() &&
           pending->attempt() == task.attempt() && pending->stamp() == task.stamp();
}

bool stands(const workflow::MutableState& state, const state::v1::DispatchActivityTask& task) {
    const auto* pending = state.activities().find(task.scheduled_event_id());
    return state.running() && pending && pending->started_time_ns() == 0 &&
           pending->stamp() == task.stamp() && pending->attempt() == task.attempt();
}

template <class Kind>
Async<Result<Cause>> look_at_cause(Shard& shard, RunKey run, Kind task) {
    const Result<LockedRun> locked = co_await shard.lock_run(std::move(run));
    Cause cause;
    if (locked.ok()) {
        cause.stands = stands(locked->state(), task);
        cause.priority = locked->state().attributes().priority();
    } else if (locked.status().code() != Code::NotFound) {
        co_return locked.status();
    }
    co_return cause;
}

Async<Status> add_task(Shard& shard, role::v1::AddTaskRequest request) {
    rpc::CallContext context;
    context.deadline = saturating_add(shard.clock().now(), shard.options().add_task_timeout);
    const auto added = co_await shard.matching().add_task(std::move(context), std::move(request));
    const Status status = added.status();
    const bool gone = status.code() == Code::NotFound || status.detail<TaskObsolete>();
    co_return gone ? ok_status() : status;
}

}  // namespace

rpc::WorkerQueue queue_of(const state::v1::Task& dispatch) {
    if (dispatch.has_dispatch_workflow_task()) {
        const auto& kind = dispatch.dispatch_workflow_task();
        return {dispatch.namespace_id(), kind.task_queue(), enums::TASK_QUEUE_TYPE_WORKFLOW,
                kind.sticky()};
    }
    return {dispatch.namespace_id(), dispatch.dispatch_activity_task().task_queue(),
            enums::TASK_QUEUE_TYPE_ACTIVITY, false};
}

state::v1::BacklogTask backlog_task(const state::v1::Task& dispatch, const Priority& of_workflow,
                                    TimePoint now) {
    state::v1::BacklogTask task;
    task.set_namespace_id(dispatch.namespace_id());
    task.set_workflow_id(dispatch.workflow_id());
    task.set_run_id(dispatch.run_id());
    task.set_created_ns(unix_nanos(now));
    const auto describe = [&task, &of_workflow](const auto& kind, const Priority& own) {
        task.set_scheduled_event_id(kind.scheduled_event_id());
        task.set_stamp(kind.stamp());
        task.set_expires_ns(kind.expires_ns());
        const Priority priority = workflow::merge_priority(of_workflow, own);
        if (priority.ByteSizeLong() > 0) *task.mutable_priority() = priority;
    };
    if (dispatch.has_dispatch_workflow_task()) {
        describe(dispatch.dispatch_workflow_task(), {});
    } else {
        const auto& kind = dispatch.dispatch_activity_task();
        describe(kind, kind.priority());
    }
    return task;
}

Async<Status> dispatch_task(Shard& shard, state::v1::Task task) {
    RunKey run{task.namespace_id(), task.workflow_id(), task.run_id()};
    Result<Cause> cause = Cause{};
    if (task.has_dispatch_workflow_task()) {
        cause = co_await look_at_cause(shard, std::move(run), task.dispatch_workflow_task());
    } else {
        cause = co_await look_at_cause(shard, std::move(run), task.dispatch_activity_task());
    }
    CO_TRY(cause.status());
    if (!cause->stands) co_return ok_status();
    const rpc::WorkerQueue queue = queue_of(task);
    role::v1::AddTaskRequest request;
    request.set_task_queue(queue.name);
    request.set_task_queue_type(queue.type);
    request.set_sticky(queue.sticky);
    *request.mutable_task() = backlog_task(task, cause->priority, shard.clock().now());
    role::v1::AddTaskRequest again = request;
    const Status added = co_await add_task(shard, std::move(request));
    if (!again.sticky() || !added.detail<StickyWorkerUnavailable>()) co_return added;
    // Nobody polls the worker's own queue: any worker may take it, with the whole history.
    again.set_sticky(false);
    again.set_task_queue(task.dispatch_workflow_task().normal_task_queue());
    again.mutable_task()->set_expires_ns(0);
    co_return co_await add_task(shard, std::move(again));
}

}  // namespace server::history

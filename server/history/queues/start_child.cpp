#include "server/history/api/history_pages.h"
#include "server/history/queues/other_workflow.h"
#include "server/history/shard/write_run.h"
#include "server/workflow/operations/child.h"
#include "server/workflow/operations/priority.h"

namespace server::history {

namespace {

namespace enums = workflow::enums;
using Execution = ::temporal::api::common::v1::WorkflowExecution;
using Priority = ::temporal::api::common::v1::Priority;

// How far the start has come, by the parent's state.
struct ChildStage {
    enum class Kind {
        pending,        // to be started
        recorded,       // to be released
        done,           // not pending any more
        parent_closed,  // its policy decides
    };
    Kind kind = Kind::done;
    std::string child_run_id;  // recorded
    // pending
    std::string branch_id;
    EventId batch_id = kNoEvent;
    Execution root;
    Priority parent_priority;
};

ChildStage stage_of(const workflow::MutableState& state, EventId initiated_event_id) {
    ChildStage stage;
    const state::v1::Child* child = state.children().find(initiated_event_id);
    if (!state.running()) {
        stage.kind = ChildStage::Kind::parent_closed;
    } else if (!child) {
        stage.kind = ChildStage::Kind::done;
    } else if (child->started_event_id() != kNoEvent) {
        stage.kind = ChildStage::Kind::recorded;
        stage.child_run_id = child->run_id();
    } else {
        stage.kind = ChildStage::Kind::pending;
        stage.branch_id = state.info().branch_id();
        stage.batch_id = child->initiated_event_batch_id();
        stage.root = state.start().has_root_execution() ? state.start().root_execution()
                                                        : execution_of(state.run());
        stage.parent_priority = state.attributes().priority();
    }
    return stage;
}

Async<Result<ChildStage>> look_at_child(Shard& shard, RunKey parent, EventId initiated_event_id) {
    const Result<LockedRun> locked = co_await shard.lock_run(std::move(parent));
    if (locked.ok()) co_return stage_of(locked->state(), initiated_event_id);
    if (locked.status().code() != Code::NotFound) co_return locked.status();
    ChildStage deleted;
    deleted.kind = ChildStage::Kind::parent_closed;
    co_return deleted;
}

role::v1::StartWorkflowRequest start_request(const RunKey& parent, const ChildStage& stage,
                                             const workflow::HistoryEvent& event) {
    const auto& initiated = event.start_child_workflow_execution_initiated_event_attributes();
    role::v1::StartWorkflowRequest request;
    request.set_namespace_id(initiated.namespace_id());
    auto& start = *request.mutable_request();
    start.set_namespace_(initiated.namespace_());
    start.set_workflow_id(initiated.workflow_id());
    *start.mutable_workflow_type() = initiated.workflow_type();
    *start.mutable_task_queue() = initiated.task_queue();
    if (initiated.has_input()) *start.mutable_input() = initiated.input();
    if (initiated.has_header()) *start.mutable_header() = initiated.header();
    *start.mutable_workflow_execution_timeout() = initiated.workflow_execution_timeout();
    *start.mutable_workflow_run_timeout() = initiated.workflow_run_timeout();
    *start.mutable_workflow_task_timeout() = initiated.workflow_task_timeout();
    start.set_request_id(workflow::child_request_id(parent, event.event_id()));
    start.set_workflow_id_reuse_policy(initiated.workflow_id_reuse_policy());
    start.set_workflow_id_conflict_policy(enums::WORKFLOW_ID_CONFLICT_POLICY_FAIL);
    if (initiated.has_retry_policy()) *start.mutable_retry_policy() = initiated.retry_policy();
    start.set_cron_schedule(initiated.cron_schedule());
    if (initiated.has_memo()) *start.mutable_memo() = initiated.memo();
    if (initiated.has_search_attributes()) {
        *start.mutable_search_attributes() = initiated.search_attributes();
    }
    if (event.has_user_metadata()) *start.mutable_user_metadata() = event.user_metadata();
    const Priority priority = workflow::merge_priority(stage.parent_priority, initiated.priority());
    if (priority.ByteSizeLong() > 0) *start.mutable_priority() = priority;
    auto& link = *request.mutable_parent();
    link.set_namespace_id(parent.namespace_id);
    link.set_namespace_name(initiated.namespace_());
    *link.mutable_execution() = execution_of(parent);
    link.set_initiated_event_id(event.event_id());
    *link.mutable_root_execution() = stage.root;
    return request;
}

template <class Decide>
Async<Status> write_parent(Shard& shard, RunKey parent, const Decide& decide) {
    CO_TRY_ASSIGN(LockedRun run, co_await shard.lock_run(std::move(parent)));
    const auto done = co_await write_run<workflow::Nothing>(shard, run, decide);
    co_return done.status();
}

Async<Status> record_start(Shard& shard, RunKey parent, workflow::ChildStarted started) {
    const auto decide = [&started](const workflow::MutableState& state,
                                   const workflow::Environment& environment) {
        return workflow::record_child_started(state, environment, started);
    };
    co_return co_await write_parent(shard, std::move(parent), decide);
}

// The parent gets to know why there will be no child; what may pass by itself is tried again.
Async<Status> record_failure(Shard& shard, RunKey parent, EventId initiated_event_id,
                             Status failure) {
    auto cause = enums::START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS;
    if (failure.detail<NamespaceNotFound>()) {
        cause = enums::START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND;
    } else if (failure.code() != Code::AlreadyExists) {
        co_return failure;
    }
    const auto decide = [&](const workflow::MutableState& state,
                            const workflow::Environment& environment) {
        return workflow::record_child_start_failed(state, environment, initiated_event_id, cause);
    };
    co_return ok_if_gone(co_await write_parent(shard, std::move(parent), decide));
}

Async<Status> release(Shard& shard, OrphanedChild child) {
    role::v1::ReleaseChildRequest request;
    request.set_namespace_id(child.parent.namespace_id);
    request.mutable_execution()->set_workflow_id(child.workflow_id);
    request.mutable_execution()->set_run_id(child.first_run_id);
    *request.mutable_parent() = execution_of(child.parent);
    request.set_initiated_event_id(child.initiated_event_id);
    const auto released =
        co_await shard.history().release_child(workflow_call(shard), std::move(request));
    co_return ok_if_gone(released.status());
}

// The parent will not record this child. If it was started all the same it must not wait for that
// for ever.
Async<Status> settle_orphan(Shard& shard, OrphanedChild child) {
    if (child.policy == enums::PARENT_CLOSE_POLICY_ABANDON) {
        co_return co_await release(shard, std::move(child));
    }
    co_return co_await end_child(shard, std::move(child));
}

OrphanedChild child_of_task(const state::v1::Task& task) {
    const auto& kind = task.start_child();
    return {run_of_task(task), kind.initiated_event_id(), kind.workflow_id(), "",
            kind.parent_close_policy()};
}

Async<Status> start_and_record(Shard& shard, OrphanedChild child, ChildStage stage) {
    CO_TRY_ASSIGN(const workflow::HistoryEvent initiated,
                  co_await api::read_event(shard, child.parent, stage.branch_id, stage.batch_id,
                                           child.initiated_event_id));
    auto started = co_await shard.history().start_workflow(
        workflow_call(shard), start_request(child.parent, stage, initiated));
    if (!started.ok()) {
        co_return co_await record_failure(shard, child.parent, child.initiated_event_id,
                                          started.status());
    }
    child.first_run_id = started->first_execution_run_id();
    const auto& attributes = initiated.start_child_workflow_execution_initiated_event_attributes();
    workflow::ChildStarted record;
    record.initiated_event_id = child.initiated_event_id;
    record.run_id = child.first_run_id;
    if (attributes.has_header()) record.header = attributes.header();
    const Status recorded = co_await record_start(shard, child.parent, std::move(record));
    if (recorded.code() == Code::NotFound) {
        co_return co_await settle_orphan(shard, std::move(child));
    }
    CO_TRY(recorded);
    co_return co_await release(shard, std::move(child));
}

}  // namespace

Async<Status> start_child(Shard& shard, state::v1::Task task) {
    OrphanedChild child = child_of_task(task);
    CO_TRY_ASSIGN(ChildStage stage,
                  co_await look_at_child(shard, child.parent, child.initiated_event_id));
    switch (stage.kind) {
    case ChildStage::Kind::done: break;
    case ChildStage::Kind::parent_closed: co_return co_await settle_orphan(shard, std::move(child));
    case ChildStage::Kind::recorded:
        child.first_run_id = stage.child_run_id;
        co_return co_await release(shard, std::move(child));
    case ChildStage::Kind::pending:
        co_return co_await start_and_record(shard, std::move(child), std::move(stage));
    }
    co_return ok_status();
}

}  // namespace server::history

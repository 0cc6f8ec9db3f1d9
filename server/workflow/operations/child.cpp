#include "server/workflow/operations/child.h"

#include "server/base/mutant.h"
#include "server/workflow/operations/external.h"

namespace server::workflow {

namespace {

template <class Attributes>
void name_child(const state::v1::Child& child, const common::WorkflowExecution& execution,
                Attributes& attributes) {
    attributes.set_namespace_(child.namespace_name());
    attributes.set_namespace_id(child.namespace_id());
    *attributes.mutable_workflow_execution() = execution;
    attributes.mutable_workflow_type()->set_name(child.workflow_type());
    attributes.set_initiated_event_id(child.initiated_event_id());
}

void add_child_started(Draft& draft, const state::v1::Child& child, const ChildStarted& started) {
    common::WorkflowExecution first_run;
    first_run.set_workflow_id(child.workflow_id());
    first_run.set_run_id(started.run_id);
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED);
    auto& attributes = *event.mutable_child_workflow_execution_started_event_attributes();
    name_child(child, first_run, attributes);
    if (started.header) *attributes.mutable_header() = *started.header;
    draft.add(std::move(event));
    draft.need_workflow_task();
}

// The event of the parent that says how the child ended. `child` is as it is now: its Started event
// may still wait in the buffer.
HistoryEvent child_close_event(const Draft& draft, const state::v1::Child& child,
                               const ChildClosed& closed) {
    const HistoryEvent& how = closed.close_event;
    const auto name = [&](auto& attributes) {
        name_child(child, closed.execution, attributes);
        attributes.set_started_event_id(child.started_event_id());
    };
    if (how.has_workflow_execution_completed_event_attributes()) {
        const auto& given = how.workflow_execution_completed_event_attributes();
        HistoryEvent event = draft.make_event(enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED);
        auto& attributes = *event.mutable_child_workflow_execution_completed_event_attributes();
        name(attributes);
        if (given.has_result()) *attributes.mutable_result() = given.result();
        return event;
    }
    if (how.has_workflow_execution_failed_event_attributes()) {
        const auto& given = how.workflow_execution_failed_event_attributes();
        HistoryEvent event = draft.make_event(enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED);
        auto& attributes = *event.mutable_child_workflow_execution_failed_event_attributes();
        name(attributes);
        *attributes.mutable_failure() = given.failure();
        attributes.set_retry_state(given.retry_state());
        return event;
    }
    if (how.has_workflow_execution_canceled_event_attributes()) {
        const auto& given = how.workflow_execution_canceled_event_attributes();
        HistoryEvent event = draft.make_event(enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED);
        auto& attributes = *event.mutable_child_workflow_execution_canceled_event_attributes();
        name(attributes);
        if (given.has_details()) *attributes.mutable_details() = given.details();
        return event;
    }
    if (how.has_workflow_execution_timed_out_event_attributes()) {
        const auto& given = how.workflow_execution_timed_out_event_attributes();
        HistoryEvent event = draft.make_event(enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT);
        auto& attributes = *event.mutable_child_workflow_execution_timed_out_event_attributes();
        name(attributes);
        attributes.set_retry_state(given.retry_state());
        return event;
    }
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED);
    name(*event.mutable_child_workflow_execution_terminated_event_attributes());
    return event;
}

Status not_waiting(const ChildClosed& closed) {
    return not_found("child workflow " + closed.execution.workflow_id() + ", initiated by event " +
                     std::to_string(closed.started.initiated_event_id) + ", is not pending");
}

}  // namespace

Decision<Nothing> record_child_started(const MutableState& state, const Environment& environment,
                                       const ChildStarted& started) {
    if (!state.running()) return refuse<Nothing>(workflow_closed());
    const state::v1::Child* child = state.children().find(started.initiated_event_id);
    if (!child) return {std::nullopt, Nothing{}};
    const bool recorded = child->started_event_id() != kNoEvent;
    if (recorded && !mutant("child_recorded_twice")) return {std::nullopt, Nothing{}};
    Draft draft(state, environment);
    add_child_started(draft, *child, started);
    return {std::move(draft).close(), Nothing{}};
}

Decision<Nothing> record_child_start_failed(const MutableState& state,
                                            const Environment& environment,
                                            EventId initiated_event_id,
                                            enums::StartChildWorkflowExecutionFailedCause cause) {
    if (!state.running()) return refuse<Nothing>(workflow_closed());
    const state::v1::Child* child = state.children().find(initiated_event_id);
    if (!child || child->started_event_id() != kNoEvent) return {std::nullopt, Nothing{}};
    Draft draft(state, environment);
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED);
    auto& attributes = *event.mutable_start_child_workflow_execution_failed_event_attributes();
    attributes.set_namespace_(child->namespace_name());
    attributes.set_namespace_id(child->namespace_id());
    attributes.set_workflow_id(child->workflow_id());
    attributes.mutable_workflow_type()->set_name(child->workflow_type());
    attributes.set_cause(cause);
    attributes.set_control(child->control());
    attributes.set_initiated_event_id(initiated_event_id);
    draft.add(std::move(event));
    draft.need_workflow_task();
    return {std::move(draft).close(), Nothing{}};
}

Decision<Nothing> record_child_closed(const MutableState& state, const Environment& environment,
                                      const ChildClosed& closed) {
    if (!state.running()) return refuse<Nothing>(workflow_closed());
    const EventId initiated_event_id = closed.started.initiated_event_id;
    const state::v1::Child* child = state.children().find(initiated_event_id);
    if (!child || child->workflow_id() != closed.execution.workflow_id()) {
        return refuse<Nothing>(not_waiting(closed));
    }
    Draft draft(state, environment);
    if (child->started_event_id() == kNoEvent) add_child_started(draft, *child, closed.started);
    const state::v1::Child started = *draft.state().children().find(initiated_event_id);
    draft.add(child_close_event(draft, started, closed));
    draft.need_workflow_task();
    return {std::move(draft).close(), Nothing{}};
}

bool awaits_release(const MutableState& state) {
    const auto& start = state.start();
    return !state.info().workflow_task_ever_scheduled() && start.has_parent_execution() &&
           start.continued_execution_run_id().empty() &&
           start.first_workflow_task_backoff_ns() == 0;
}

bool is_child_of(const MutableState& state, const common::WorkflowExecution& parent,
                 EventId initiated_event_id) {
    const auto& start = state.start();
    return start.has_parent_execution() &&
           start.parent_execution().workflow_id() == parent.workflow_id() &&
           start.parent_execution().run_id() == parent.run_id() &&
           (initiated_event_id == kNoEvent ||
            start.parent_initiated_event_id() == initiated_event_id);
}

Decision<Nothing> release_child(const MutableState& state, const Environment& environment,
                                const common::WorkflowExecution& parent,
                                EventId initiated_event_id) {
    if (!is_child_of(state, parent, initiated_event_id)) {
        return refuse<Nothing>(not_found("workflow " + state.run().workflow_id +
                                         " is not a child of workflow " + parent.workflow_id()));
    }
    if (!state.running()) return refuse<Nothing>(workflow_closed());
    if (!awaits_release(state)) return {std::nullopt, Nothing{}};
    Draft draft(state, environment);
    draft.need_workflow_task();
    return {std::move(draft).close(), Nothing{}};
}

std::string child_request_id(const RunKey& parent, EventId initiated_event_id) {
    constexpr const char* kVersion = ":0";
    return parent.run_id + ":" + std::to_string(initiated_event_id) + kVersion;
}

bool closes_run(enums::EventType type) {
    switch (type) {
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: return true;
    default: return false;
    }
}

std::vector<state::v1::Task> parent_close_tasks(const Draft& draft) {
    std::vector<state::v1::Task> tasks;
    draft.state().children().for_each([&](EventId id, const state::v1::Child& child) {
        if (child.parent_close_policy() == enums::PARENT_CLOSE_POLICY_ABANDON) return;
        state::v1::Task task = draft.make_task();
        auto& kind = *task.mutable_apply_parent_close_policy();
        kind.set_initiated_event_id(id);
        kind.set_workflow_id(child.workflow_id());
        kind.set_first_run_id(child.run_id());
        kind.set_parent_close_policy(child.parent_close_policy());
        tasks.push_back(std::move(task));
    });
    return tasks;
}

void add_report_to_parent(Draft& draft) {
    const MutableState& state = draft.state();
    const bool last_of_chain = state.info().new_execution_run_id().empty();
    if (!state.start().has_parent_execution() || !last_of_chain) return;
    state::v1::Task task = draft.make_task();
    task.mutable_report_to_parent();
    draft.add_task(std::move(task));
}

}  // namespace server::workflow

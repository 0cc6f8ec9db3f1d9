// What events about other workflows mean for the state of a run: children, and signals and cancel
// requests to others.

#include "server/workflow/state/mutable_state.h"

namespace server::workflow {

void MutableState::fold_other_workflows(const HistoryEvent& event, EventId batch_first_event_id) {
    switch (event.event_type()) {
    case enums::EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED:
        return fold_child_initiated(event, batch_first_event_id);
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED: return fold_child_started(event);
    case enums::EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED:
        return children_.erase(
            event.start_child_workflow_execution_failed_event_attributes().initiated_event_id());
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED:
        return children_.erase(
            event.child_workflow_execution_completed_event_attributes().initiated_event_id());
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED:
        return children_.erase(
            event.child_workflow_execution_failed_event_attributes().initiated_event_id());
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED:
        return children_.erase(
            event.child_workflow_execution_canceled_event_attributes().initiated_event_id());
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT:
        return children_.erase(
            event.child_workflow_execution_timed_out_event_attributes().initiated_event_id());
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED:
        return children_.erase(
            event.child_workflow_execution_terminated_event_attributes().initiated_event_id());
    case enums::EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED:
    case enums::EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED:
        return fold_external_initiated(event, batch_first_event_id);
    case enums::EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED:
        return external_cancels_.erase(
            event.request_cancel_external_workflow_execution_failed_event_attributes()
                .initiated_event_id());
    case enums::EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
        return external_cancels_.erase(
            event.external_workflow_execution_cancel_requested_event_attributes()
                .initiated_event_id());
    case enums::EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED:
        return external_signals_.erase(
            event.signal_external_workflow_execution_failed_event_attributes()
                .initiated_event_id());
    case enums::EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED:
        return external_signals_.erase(
            event.external_workflow_execution_signaled_event_attributes().initiated_event_id());
    default: return;  // markers and started activities change nothing
    }
}

void MutableState::fold_child_initiated(const HistoryEvent& event, EventId batch_first_event_id) {
    const auto& attributes = event.start_child_workflow_execution_initiated_event_attributes();
    state::v1::Child child;
    child.set_initiated_event_id(event.event_id());
    child.set_initiated_event_batch_id(batch_first_event_id);
    child.set_namespace_name(attributes.namespace_());
    child.set_namespace_id(attributes.namespace_id());
    child.set_workflow_id(attributes.workflow_id());
    child.set_workflow_type(attributes.workflow_type().name());
    child.set_parent_close_policy(attributes.parent_close_policy());
    child.set_control(attributes.control());
    children_.put(event.event_id(), std::move(child));
}

void MutableState::fold_child_started(const HistoryEvent& event) {
    const auto& attributes = event.child_workflow_execution_started_event_attributes();
    if (!children_.contains(attributes.initiated_event_id())) return;
    auto& child = children_.edit(attributes.initiated_event_id());
    child.set_started_event_id(event.event_id());
    child.set_run_id(attributes.workflow_execution().run_id());
}

void MutableState::fold_external_initiated(const HistoryEvent& event,
                                           EventId batch_first_event_id) {
    const auto put = [&](const auto& attributes, auto& requests) {
        state::v1::ExternalRequest request;
        request.set_initiated_event_id(event.event_id());
        request.set_initiated_event_batch_id(batch_first_event_id);
        request.set_namespace_name(attributes.namespace_());
        request.set_namespace_id(attributes.namespace_id());
        *request.mutable_execution() = attributes.workflow_execution();
        request.set_control(attributes.control());
        request.set_child_workflow_only(attributes.child_workflow_only());
        requests.put(event.event_id(), std::move(request));
    };
    if (event.has_signal_external_workflow_execution_initiated_event_attributes()) {
        put(event.signal_external_workflow_execution_initiated_event_attributes(),
            external_signals_);
    } else {
        put(event.request_cancel_external_workflow_execution_initiated_event_attributes(),
            external_cancels_);
    }
}

// By its request id a signal is known again, and found in history.
void MutableState::fold_signaled(const HistoryEvent& event) {
    const auto& request_id = event.workflow_execution_signaled_event_attributes().request_id();
    if (request_id.empty()) return;
    state::v1::RequestId entry;
    entry.set_event_type(event.event_type());
    entry.set_event_id(event.event_id());
    signal_request_ids_.put(request_id, std::move(entry));
}

// The id that the event did not have while it waited in the buffer.
void MutableState::fold_flushed(const HistoryEvent& event) {
    if (event.has_child_workflow_execution_started_event_attributes()) fold_child_started(event);
    if (event.has_workflow_execution_signaled_event_attributes()) fold_signaled(event);
}

}  // namespace server::workflow

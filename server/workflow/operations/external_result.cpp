#include "server/workflow/operations/external_result.h"

#include "server/workflow/operations/external.h"

namespace server::workflow {

namespace {

template <class Attributes>
void name_target(const state::v1::ExternalRequest& request, Attributes& attributes) {
    attributes.set_namespace_(request.namespace_name());
    attributes.set_namespace_id(request.namespace_id());
    *attributes.mutable_workflow_execution() = request.execution();
    attributes.set_initiated_event_id(request.initiated_event_id());
}

using PendingRequests = ItemMap<EventId, state::v1::ExternalRequest>;

// `make(draft, request)` is the event that ends the pending request.
template <class Make>
Decision<Nothing> end_request(const MutableState& state, const Environment& environment,
                              const PendingRequests& pending, EventId initiated_event_id,
                              const Make& make) {
    if (!state.running()) return refuse<Nothing>(workflow_closed());
    const state::v1::ExternalRequest* request = pending.find(initiated_event_id);
    if (!request) return {std::nullopt, Nothing{}};
    Draft draft(state, environment);
    draft.add(make(draft, *request));
    draft.need_workflow_task();
    return {std::move(draft).close(), Nothing{}};
}

}  // namespace

Decision<Nothing> record_signal_delivered(const MutableState& state, const Environment& environment,
                                          EventId initiated_event_id) {
    const auto make = [](const Draft& draft, const state::v1::ExternalRequest& request) {
        HistoryEvent event =
            draft.make_event(enums::EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED);
        auto& attributes = *event.mutable_external_workflow_execution_signaled_event_attributes();
        name_target(request, attributes);
        attributes.set_control(request.control());
        return event;
    };
    return end_request(state, environment, state.external_signals(), initiated_event_id, make);
}

Decision<Nothing> record_signal_failed(const MutableState& state, const Environment& environment,
                                       EventId initiated_event_id,
                                       enums::SignalExternalWorkflowExecutionFailedCause cause) {
    const auto make = [cause](const Draft& draft, const state::v1::ExternalRequest& request) {
        HistoryEvent event =
            draft.make_event(enums::EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED);
        auto& attributes =
            *event.mutable_signal_external_workflow_execution_failed_event_attributes();
        name_target(request, attributes);
        attributes.set_cause(cause);
        attributes.set_control(request.control());
        return event;
    };
    return end_request(state, environment, state.external_signals(), initiated_event_id, make);
}

Decision<Nothing> record_cancel_delivered(const MutableState& state, const Environment& environment,
                                          EventId initiated_event_id) {
    const auto make = [](const Draft& draft, const state::v1::ExternalRequest& request) {
        HistoryEvent event =
            draft.make_event(enums::EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED);
        name_target(request,
                    *event.mutable_external_workflow_execution_cancel_requested_event_attributes());
        return event;
    };
    return end_request(state, environment, state.external_cancels(), initiated_event_id, make);
}

Decision<Nothing> record_cancel_failed(const MutableState& state, const Environment& environment,
                                       EventId initiated_event_id,
                                       enums::CancelExternalWorkflowExecutionFailedCause cause) {
    const auto make = [cause](const Draft& draft, const state::v1::ExternalRequest& request) {
        HistoryEvent event =
            draft.make_event(enums::EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED);
        auto& attributes =
            *event.mutable_request_cancel_external_workflow_execution_failed_event_attributes();
        name_target(request, attributes);
        attributes.set_cause(cause);
        return event;
    };
    return end_request(state, environment, state.external_cancels(), initiated_event_id, make);
}

std::string external_request_id(const RunKey& caller, EventId initiated_event_id) {
    return caller.run_id + ":" + std::to_string(initiated_event_id);
}

}  // namespace server::workflow

#include "server/workflow/operations/external.h"

#include "server/base/mutant.h"
#include "server/workflow/operations/child.h"
#include "server/workflow/operations/workflow_task.h"

namespace server::workflow {

namespace {

// Until its backoff is over, a run has had no workflow task; a plain signal does not end the wait.
bool in_first_backoff(const MutableState& state, TimePoint now) {
    return !state.info().workflow_task_ever_scheduled() &&
           unix_nanos(now) < state.start().execution_time_ns();
}

// The last workflow task tried to close the run while events were waiting, and the next one has
// been started: what came now would make it fail again and again (reference events.md §1.4).
bool closing(const MutableState& state) {
    return state.info().close_attempted() && state.workflow_task_started();
}

Status busy_closing() {
    const ResourceExhausted detail{ResourceExhausted::Cause::busy_workflow,
                                   ResourceExhausted::Scope::of_namespace};
    return {Code::ResourceExhausted,
            "workflow operation can not be applied because workflow is closing", detail};
}

Status check_caller(const MutableState& state, const Caller& caller) {
    if (!caller || !caller->must_be_parent) return {};
    if (is_child_of(state, caller->execution, caller->child_initiated_event_id)) return {};
    return not_found("workflow " + state.run().workflow_id + " is not a child of workflow " +
                     caller->execution.workflow_id());
}

}  // namespace

Status workflow_closed() { return not_found("workflow execution already completed"); }

common::Link signal_link(const std::string& namespace_name, const RunKey& run,
                         const std::string& request_id) {
    common::Link link;
    auto& event = *link.mutable_workflow_event();
    event.set_namespace_(namespace_name);
    event.set_workflow_id(run.workflow_id);
    event.set_run_id(run.run_id);
    event.mutable_request_id_ref()->set_request_id(request_id);
    event.mutable_request_id_ref()->set_event_type(enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED);
    return link;
}

void add_signal(Draft& draft, const api::SignalWorkflowExecutionRequest& request,
                const Caller& caller) {
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED);
    auto& attributes = *event.mutable_workflow_execution_signaled_event_attributes();
    attributes.set_signal_name(request.signal_name());
    if (request.has_input()) *attributes.mutable_input() = request.input();
    attributes.set_identity(request.identity());
    if (request.has_header()) *attributes.mutable_header() = request.header();
    attributes.set_request_id(request.request_id());
    if (caller) *attributes.mutable_external_workflow_execution() = caller->execution;
    *event.mutable_links() = request.links();
    draft.add(std::move(event));
}

Decision<Nothing> signal(const MutableState& state, const Environment& environment,
                         const api::SignalWorkflowExecutionRequest& request, const Caller& caller,
                         Wakes wakes) {
    const std::string& request_id = request.request_id();
    if (!request_id.empty() && state.signal_request_seen(request_id) &&
        !mutant("no_request_id_dedupe")) {
        return {std::nullopt, Nothing{}};
    }
    if (!state.running()) return refuse<Nothing>(workflow_closed());
    if (Status other = check_caller(state, caller); !other.ok()) {
        return refuse<Nothing>(std::move(other));
    }
    if (closing(state)) return refuse<Nothing>(busy_closing());
    if (state.info().signal_count() >= environment.limits.signals_max) {
        return refuse<Nothing>(
            invalid_argument("exceeded workflow execution limit for signal events: " +
                             std::to_string(environment.limits.signals_max)));
    }
    Draft draft(state, environment);
    add_signal(draft, request, caller);
    const bool waits = wakes == Wakes::running && in_first_backoff(state, environment.now);
    if (!waits) draft.need_workflow_task();
    return {std::move(draft).close(), Nothing{}};
}

Decision<Nothing> request_cancel(const MutableState& state, const Environment& environment,
                                 const api::RequestCancelWorkflowExecutionRequest& request,
                                 const Caller& caller) {
    if (!state.running()) return {std::nullopt, Nothing{}};
    if (Status other = check_caller(state, caller); !other.ok()) {
        return refuse<Nothing>(std::move(other));
    }
    if (state.info().cancel_requested()) return {std::nullopt, Nothing{}};
    Draft draft(state, environment);
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED);
    auto& attributes = *event.mutable_workflow_execution_cancel_requested_event_attributes();
    attributes.set_cause(request.reason());
    attributes.set_identity(request.identity());
    if (caller) {
        attributes.set_external_initiated_event_id(caller->initiated_event_id);
        *attributes.mutable_external_workflow_execution() = caller->execution;
    }
    *event.mutable_links() = request.links();
    draft.add(std::move(event));
    draft.record(CancelRequestSeen{request.request_id()});
    draft.need_workflow_task();  // also during the first backoff, which it ends
    return {std::move(draft).close(), Nothing{}};
}

void terminate_in(Draft& draft, const TerminateRun& request) {
    end_workflow_task_by_force(draft);
    draft.flush_buffered_events();
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED);
    auto& attributes = *event.mutable_workflow_execution_terminated_event_attributes();
    attributes.set_reason(request.reason);
    attributes.set_identity(request.identity);
    if (request.has_details) *attributes.mutable_details() = request.details;
    *event.mutable_links() = request.links;
    draft.add(std::move(event));
}

Decision<Nothing> terminate(const MutableState& state, const Environment& environment,
                            const TerminateRun& request) {
    if (!state.running()) return refuse<Nothing>(workflow_closed());
    if (Status other = check_caller(state, request.caller); !other.ok()) {
        return refuse<Nothing>(std::move(other));
    }
    Draft draft(state, environment);
    terminate_in(draft, request);
    return {std::move(draft).close(), Nothing{}};
}

}  // namespace server::workflow

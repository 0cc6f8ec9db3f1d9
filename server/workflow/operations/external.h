#pragma once
// What callers from outside do to a run: signal, request cancel, terminate.

#include <optional>

#include "server/workflow/state/draft.h"

namespace server::workflow {

// The workflow that asks, when it is not a client.
struct ExternalCaller {
    common::WorkflowExecution execution;
    EventId initiated_event_id = kNoEvent;        // of the caller's event
    bool must_be_parent = false;                  // NotFound when it is not the target's parent
    EventId child_initiated_event_id = kNoEvent;  // and, unless 0, when the child is another one
};
using Caller = std::optional<ExternalCaller>;

// A repeated request id succeeds without a trace, also on a closed run; else NotFound when closed.
// A plain signal does not end the first backoff of a run; one that comes with a start does.
enum class Wakes { running, delayed_as_well };
Decision<Nothing> signal(const MutableState& state, const Environment& environment,
                         const api::SignalWorkflowExecutionRequest& request,
                         const Caller& caller = std::nullopt, Wakes wakes = Wakes::running);
// Leads to the signal with this request id in the run's history, also while its event has no id
// yet.
common::Link signal_link(const std::string& namespace_name, const RunKey& run,
                         const std::string& request_id);
// The signal alone, as part of another decision.
void add_signal(Draft& draft, const api::SignalWorkflowExecutionRequest& request,
                const Caller& caller = std::nullopt);

// Idempotent: a second request, or one to a closed run, succeeds without a trace.
Decision<Nothing> request_cancel(const MutableState& state, const Environment& environment,
                                 const api::RequestCancelWorkflowExecutionRequest& request,
                                 const Caller& caller = std::nullopt);

struct TerminateRun {
    std::string reason;
    std::string identity;
    common::Payloads details;
    bool has_details = false;
    Caller caller;
    google::protobuf::RepeatedPtrField<common::Link> links;
};
// Closes at once; NotFound when closed.
Decision<Nothing> terminate(const MutableState& state, const Environment& environment,
                            const TerminateRun& request);

// The end of the run alone, as part of another decision.
void terminate_in(Draft& draft, const TerminateRun& request);

// The reply to a request that needs an open run.
Status workflow_closed();

}  // namespace server::workflow

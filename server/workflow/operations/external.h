#pragma once
// What callers from outside do to a run: signal, request cancel, terminate.

#include "server/workflow/state/draft.h"

namespace server::workflow {

// A repeated request id succeeds without a trace, also on a closed run; else NotFound when closed.
Decision<Nothing> signal(const MutableState& state, const Environment& environment,
                         const api::SignalWorkflowExecutionRequest& request);

// Idempotent: a second request, or one to a closed run, succeeds without a trace.
Decision<Nothing> request_cancel(const MutableState& state, const Environment& environment,
                                 const api::RequestCancelWorkflowExecutionRequest& request);

struct TerminateRun {
    std::string reason;
    std::string identity;
    common::Payloads details;
    bool has_details = false;
};
// Closes at once; NotFound when closed.
Decision<Nothing> terminate(const MutableState& state, const Environment& environment,
                            const TerminateRun& request);

// The reply to a request that needs an open run.
Status workflow_closed();

}  // namespace server::workflow

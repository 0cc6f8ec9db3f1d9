#pragma once
// The outcome of a signal or a cancel request that this run sent to another workflow (reference
// events.md §1.6). Each succeeds without a trace when the request is not pending any more; NotFound
// when the run has closed.

#include "server/workflow/state/draft.h"

namespace server::workflow {

Decision<Nothing> record_signal_delivered(const MutableState& state, const Environment& environment,
                                          EventId initiated_event_id);
Decision<Nothing> record_signal_failed(const MutableState& state, const Environment& environment,
                                       EventId initiated_event_id,
                                       enums::SignalExternalWorkflowExecutionFailedCause cause);
Decision<Nothing> record_cancel_delivered(const MutableState& state, const Environment& environment,
                                          EventId initiated_event_id);
Decision<Nothing> record_cancel_failed(const MutableState& state, const Environment& environment,
                                       EventId initiated_event_id,
                                       enums::CancelExternalWorkflowExecutionFailedCause cause);

// What the request names, so that the target recognises a repeat.
std::string external_request_id(const RunKey& caller, EventId initiated_event_id);

}  // namespace server::workflow

#pragma once
// A workflow and its children (reference temporal-server.md §2.9, events.md §1.6, §3.5 and §3.6).
//
//   parent [Initiated] ─ task ─▶ child [Started], without a workflow task
//                                  │
//   parent [ChildStarted] ◀────────┘ ─ release ─▶ child [WorkflowTaskScheduled] …
//   parent [ChildCompleted, …] ◀─ report of the last run of the child's chain
//
// Each step may be repeated: it looks at the state and leaves it alone when it was done before.

#include "server/workflow/state/draft.h"

namespace server::workflow {

// In the parent. They succeed without a trace when the child is not pending any more, or was
// recorded already; NotFound when the parent has closed.
struct ChildStarted {
    EventId initiated_event_id = kNoEvent;
    std::string run_id;  // of the child's first run
    std::optional<common::Header> header;
};
Decision<Nothing> record_child_started(const MutableState& state, const Environment& environment,
                                       const ChildStarted& started);
Decision<Nothing> record_child_start_failed(const MutableState& state,
                                            const Environment& environment,
                                            EventId initiated_event_id,
                                            enums::StartChildWorkflowExecutionFailedCause cause);

// NotFound when the parent has closed or does not wait for this child (any more). A child that was
// not recorded as started is, just before: `started` then has what its Started event needs.
struct ChildClosed {
    ChildStarted started;
    common::WorkflowExecution execution;  // the last run
    HistoryEvent close_event;             // of that run
};
Decision<Nothing> record_child_closed(const MutableState& state, const Environment& environment,
                                      const ChildClosed& closed);

// In the child. It was started by a parent that has not recorded it yet: its first workflow task
// waits.
bool awaits_release(const MutableState& state);
// Whether that workflow run started this one; its Initiated event is `initiated_event_id`, or any
// when that is 0.
bool is_child_of(const MutableState& state, const common::WorkflowExecution& parent,
                 EventId initiated_event_id = kNoEvent);
// Schedules the first workflow task. NotFound when closed, or not a child of that parent.
Decision<Nothing> release_child(const MutableState& state, const Environment& environment,
                                const common::WorkflowExecution& parent,
                                EventId initiated_event_id);

// What a child start names as its request id: the same at every attempt.
std::string child_request_id(const RunKey& parent, EventId initiated_event_id);

bool closes_run(enums::EventType type);
// What the close of this run will mean for its pending children: a task for each whose policy is
// not ABANDON.
std::vector<state::v1::Task> parent_close_tasks(const Draft& draft);
// The run has closed as the last of its chain and has a parent: it gets to know.
void add_report_to_parent(Draft& draft);

}  // namespace server::workflow

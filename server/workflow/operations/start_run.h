#pragma once
// Starting a run, and what an existing run of the same workflow id means for it.

#include <optional>

#include "server/workflow/state/draft.h"

namespace server::workflow {

// Who starts a child; its first workflow task waits until the parent has recorded it (child.h).
struct ParentLink {
    std::string namespace_id;
    std::string namespace_name;
    common::WorkflowExecution execution;
    EventId initiated_event_id = kNoEvent;
    common::WorkflowExecution root;
};

// The first run of a workflow, from a validated request.
// A signal that comes with the start is in its history before the first workflow task. A request
// for eager execution is granted unless a backoff comes first: the first workflow task is started
// for the one who asks.
NewRun start_run(RunKey run, const api::StartWorkflowExecutionRequest& request,
                 const Environment& environment,
                 const std::optional<ParentLink>& parent = std::nullopt,
                 const api::SignalWorkflowExecutionRequest* signal = nullptr);
// The timeouts a new workflow gets for those asked: no run outlives the execution, no workflow task
// the run.
struct StartTimeouts {
    std::int64_t execution_ns = 0;
    std::int64_t run_ns = 0;
    std::int64_t workflow_task_ns = 0;
};
StartTimeouts effective_start_timeouts(const StartTimeouts& asked, const Limits& limits);

// What continue-as-new hands to the next run.
struct Continuation {
    const MutableState& previous;
    const command::ContinueAsNewWorkflowExecutionCommandAttributes& attributes;  // effective values
    std::string create_request_id;  // fresh: nobody can repeat this start
};
NewRun continue_run(RunKey run, const Continuation& continuation, const Environment& environment);

// The run that follows another by itself (successor.h), with its Started event.
NewRun succeed_run(RunKey run, HistoryEvent started, const std::string& create_request_id,
                   const Environment& environment);

// Reference §2.1: request-id dedupe, then id-conflict and id-reuse policy.
struct StartVerdict {
    enum class Kind {
        start_new,           // nothing stands in the way
        answer_existing,     // dedupe or USE_EXISTING: answer with the current run
        terminate_existing,  // end the current run and start the new one in the same commit
        signal_existing,     // the current run gets the signal that came with the start
        refuse,              // AlreadyExists with WorkflowAlreadyStarted
    };
    Kind kind = Kind::start_new;
    bool started = true;  // of the response, for answer_existing
    Status refusal;
};
StartVerdict judge_start(const MutableState& current,
                         const api::StartWorkflowExecutionRequest& request);
// Of a start that brings a signal. A repeat is known by its signal on the open run; a closed run
// does not know it.
StartVerdict judge_signal_with_start(const MutableState& current,
                                     const api::StartWorkflowExecutionRequest& request);

}  // namespace server::workflow

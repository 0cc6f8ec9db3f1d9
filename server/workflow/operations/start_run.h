#pragma once
// Starting a run, and what an existing run of the same workflow id means for it.

#include "server/workflow/state/draft.h"

namespace server::workflow {

// The first run of a workflow, from a validated request.
NewRun start_run(RunKey run, const api::StartWorkflowExecutionRequest& request,
                 const Environment& environment);

// What continue-as-new hands to the next run.
struct Continuation {
    const MutableState& previous;
    const command::ContinueAsNewWorkflowExecutionCommandAttributes& attributes;  // effective values
    std::string create_request_id;  // fresh: nobody can repeat this start
};
NewRun continue_run(RunKey run, const Continuation& continuation, const Environment& environment);

// Reference §2.1: request-id dedupe, then id-conflict and id-reuse policy.
struct StartVerdict {
    enum class Kind {
        start_new,           // nothing stands in the way
        answer_existing,     // dedupe or USE_EXISTING: answer with the current run
        terminate_existing,  // end the current run and start the new one in the same commit
        refuse,              // AlreadyExists with WorkflowAlreadyStarted
    };
    Kind kind = Kind::start_new;
    bool started = true;  // of the response, for answer_existing
    Status refusal;
};
StartVerdict judge_start(const MutableState& current,
                         const api::StartWorkflowExecutionRequest& request);

}  // namespace server::workflow

#pragma once
// The life of workflow tasks: scheduled by whatever needs one, started by a poll, completed, failed
// or timed out. Reference: temporal-server.md §2.5, events.md §1.4 and §2.

#include "server/state/v1/token.pb.h"
#include "server/workflow/state/draft.h"

namespace server::workflow {

// Schedules a workflow task now (on the sticky queue when there is one); buffered events enter
// history first.
enum class Dispatch { matching, inline_start };
void schedule_workflow_task(Draft& draft, Dispatch dispatch);

struct WorkflowTaskStart {
    EventId scheduled_event_id = 0;
    std::int32_t stamp = 0;
    std::string request_id;
    std::string identity;
    std::string task_queue;  // polled; the normal queue clears stickiness
    // Taken over from a worker that has left before it got the task; empty: not so.
    std::string started_with;
};
// TaskObsolete when the task is gone or another poll has it; a repeated request id gets the same
// answer and writes nothing.
Decision<Nothing> start_workflow_task(const MutableState& state, const Environment& environment,
                                      const WorkflowTaskStart& request);
// The same inside another transition: the task that it scheduled is handed to the worker that just
// completed one, to the one that starts the workflow, or to one that waits.
void start_workflow_task_inline(Draft& draft, const NextWorker& worker,
                                std::int64_t history_size_bytes);

// What a worker gets for the started task, without history pages, queries and token. Events start
// after `previous_started_event_id` for a sticky worker.
api::PollWorkflowTaskQueueResponse workflow_task_response(const MutableState& state);
// The virtual Scheduled and Started events of a transient task, to be shown behind the stored
// history; empty otherwise.
std::vector<HistoryEvent> transient_events(const MutableState& state);
state::v1::TaskToken workflow_task_token(const MutableState& state);

struct WorkflowTaskCompletion {
    bool next_task_started = false;  // the response carries the next task
    bool heartbeat = false;
    // Activities that the worker asked to run at once, started for it.
    std::vector<api::PollActivityTaskQueueResponse> activity_tasks;
};
// One transition for the whole completion. A command that is refused fails the task: the decision
// then writes WorkflowTaskFailed (at the first attempt) and answers InvalidArgument.
Decision<WorkflowTaskCompletion> complete_workflow_task(
    const MutableState& state, const Environment& environment, const state::v1::TaskToken& token,
    const api::RespondWorkflowTaskCompletedRequest& request);

Decision<Nothing> fail_workflow_task(const MutableState& state, const Environment& environment,
                                     const state::v1::TaskToken& token,
                                     const api::RespondWorkflowTaskFailedRequest& request);

// Writes the Scheduled and Started events of a transient task that is about to complete.
void materialise_workflow_task(Draft& draft, const std::string& identity);

struct WorkflowTaskFailure {
    enums::WorkflowTaskFailedCause cause = enums::WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED;
    std::optional<failure::Failure> failure;
    std::string identity;
    std::string binary_checksum;
};
// Ends the pending task with WorkflowTaskFailed, or without a trace when it is transient.
void write_workflow_task_failed(Draft& draft, const WorkflowTaskFailure& failure);
// Attempt and stickiness after a failure or a start-to-close timeout.
void count_workflow_task_failure(Draft& draft);

// For what ends a started task by force (terminate, timeout of the run, a full buffer):
// WorkflowTaskFailed with FORCE_CLOSE_COMMAND where its events are in history, nothing otherwise.
void end_workflow_task_by_force(Draft& draft);

// The task was not started in time (sticky) or not completed in time.
void time_out_workflow_task(Draft& draft, enums::TimeoutType type);

Decision<Nothing> reset_stickiness(const MutableState& state, const Environment& environment);

}  // namespace server::workflow

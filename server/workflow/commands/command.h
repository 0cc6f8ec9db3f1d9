#pragma once
// Commands of a completed workflow task. Each handler checks its attributes, then adds its events
// to the draft; a refusal discards the whole completion and fails the workflow task with the cause.

#include <optional>
#include <string>

#include "server/workflow/state/draft.h"

namespace server::workflow {

struct CommandContext {
    Draft& draft;
    EventId workflow_task_completed_event_id;
    std::string identity;  // of the worker
    EventId first_new_buffered =
        0;  // buffered events with a lower arrival number were not seen by the worker
    // Scheduled events of activities that the worker wants to run itself (eager_activity.h).
    std::vector<HistoryEvent> eager_activities;
};

struct CommandRefusal {
    enums::WorkflowTaskFailedCause cause;
    std::string message;  // names the field and its value
    // Too large to be kept: the run is terminated, since the worker would send the same again.
    bool terminates = false;
};
using CommandOutcome = std::optional<CommandRefusal>;  // none: done

// One handler per command, each in a file of its own noun.
CommandOutcome schedule_activity(CommandContext& context,
                                 const command::ScheduleActivityTaskCommandAttributes& attributes,
                                 const command::Command& command);
CommandOutcome request_cancel_activity(
    CommandContext& context, const command::RequestCancelActivityTaskCommandAttributes& attributes,
    const command::Command& command);
CommandOutcome start_timer(CommandContext& context,
                           const command::StartTimerCommandAttributes& attributes,
                           const command::Command& command);
CommandOutcome cancel_timer(CommandContext& context,
                            const command::CancelTimerCommandAttributes& attributes,
                            const command::Command& command);
CommandOutcome start_child(CommandContext& context,
                           const command::StartChildWorkflowExecutionCommandAttributes& attributes,
                           const command::Command& command);
CommandOutcome signal_external(
    CommandContext& context,
    const command::SignalExternalWorkflowExecutionCommandAttributes& attributes,
    const command::Command& command);
CommandOutcome request_cancel_external(
    CommandContext& context,
    const command::RequestCancelExternalWorkflowExecutionCommandAttributes& attributes,
    const command::Command& command);
CommandOutcome record_marker(CommandContext& context,
                             const command::RecordMarkerCommandAttributes& attributes,
                             const command::Command& command);
CommandOutcome upsert_search_attributes(
    CommandContext& context,
    const command::UpsertWorkflowSearchAttributesCommandAttributes& attributes,
    const command::Command& command);
CommandOutcome modify_properties(
    CommandContext& context, const command::ModifyWorkflowPropertiesCommandAttributes& attributes,
    const command::Command& command);
CommandOutcome complete_workflow(
    CommandContext& context, const command::CompleteWorkflowExecutionCommandAttributes& attributes,
    const command::Command& command);
CommandOutcome fail_workflow(CommandContext& context,
                             const command::FailWorkflowExecutionCommandAttributes& attributes,
                             const command::Command& command);
CommandOutcome cancel_workflow(CommandContext& context,
                               const command::CancelWorkflowExecutionCommandAttributes& attributes,
                               const command::Command& command);
CommandOutcome continue_as_new(
    CommandContext& context,
    const command::ContinueAsNewWorkflowExecutionCommandAttributes& attributes,
    const command::Command& command);

// Sends the command to its handler. A command that is not built is refused, naming it.
CommandOutcome handle_command(CommandContext& context, const command::Command& command);

// Closes the run: nothing may follow.
bool is_closing(enums::CommandType type);
// False for numbers that are no command at all.
bool is_known(enums::CommandType type);

// An event of this command, with the command's user metadata and markers.
HistoryEvent make_command_event(const CommandContext& context, enums::EventType type,
                                const command::Command& command);
// The event ends the activity that this Scheduled event began.
bool closes_activity(const HistoryEvent& event, EventId scheduled_event_id);
// A command that names a workflow of another namespace is refused: nobody has authorised it there.
CommandOutcome refuse_other_namespace(const CommandContext& context,
                                      enums::WorkflowTaskFailedCause cause,
                                      const std::string& namespace_name);
// Names that partitions have, and no task queue of a workflow.
bool is_reserved_task_queue(const std::string& name);
// UNHANDLED_COMMAND when events are waiting that the worker has not seen.
CommandOutcome refuse_unseen_events(const CommandContext& context);
// Of attributes that were refused with this message; ends the run when they are too large to keep.
CommandRefusal bad_search_attributes(const CommandContext& context,
                                     const common::SearchAttributes& attributes,
                                     const std::string& message);
CommandRefusal blob_too_large(enums::WorkflowTaskFailedCause cause, const std::string& field,
                              std::size_t size_bytes, std::size_t size_bytes_max);

}  // namespace server::workflow

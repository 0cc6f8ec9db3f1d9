// Commands that end a run. A retry policy or a cron schedule may make another one follow.

#include "server/workflow/commands/command.h"
#include "server/workflow/operations/successor.h"

namespace server::workflow {

CommandOutcome complete_workflow(
    CommandContext& context, const command::CompleteWorkflowExecutionCommandAttributes& attributes,
    const command::Command& command) {
    if (auto refusal = refuse_unseen_events(context)) return refusal;
    const std::size_t result_bytes = attributes.result().ByteSizeLong();
    const std::size_t bytes_max = context.draft.environment().limits.blob_size_bytes_max;
    if (result_bytes > bytes_max) {
        return blob_too_large(
            enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_COMPLETE_WORKFLOW_EXECUTION_ATTRIBUTES,
            "CompleteWorkflowExecutionCommandAttributes.Result", result_bytes, bytes_max);
    }
    HistoryEvent event =
        make_command_event(context, enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, command);
    auto& completed = *event.mutable_workflow_execution_completed_event_attributes();
    if (attributes.has_result()) *completed.mutable_result() = attributes.result();
    completed.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    const Succession succession = after_completion(context.draft);
    completed.set_new_execution_run_id(succession.new_run_id);
    context.draft.add(std::move(event));
    // Without a result the next run sees none, rather than that of an earlier one.
    Legacy legacy;
    legacy.forgets_last_result = true;
    if (attributes.has_result()) legacy.result = &attributes.result();
    add_successor(context.draft, succession, legacy);
    return std::nullopt;
}

CommandOutcome fail_workflow(CommandContext& context,
                             const command::FailWorkflowExecutionCommandAttributes& attributes,
                             const command::Command& command) {
    if (auto refusal = refuse_unseen_events(context)) return refusal;
    if (!attributes.has_failure()) {
        return CommandRefusal{
            enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_FAIL_WORKFLOW_EXECUTION_ATTRIBUTES,
            "Failure is not set on FailWorkflowExecution."};
    }
    const std::size_t failure_bytes = attributes.failure().ByteSizeLong();
    const std::size_t bytes_max = context.draft.environment().limits.blob_size_bytes_max;
    if (failure_bytes > bytes_max) {
        return blob_too_large(
            enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_FAIL_WORKFLOW_EXECUTION_ATTRIBUTES,
            "FailWorkflowExecutionCommandAttributes.Failure", failure_bytes, bytes_max);
    }
    HistoryEvent event =
        make_command_event(context, enums::EVENT_TYPE_WORKFLOW_EXECUTION_FAILED, command);
    auto& failed = *event.mutable_workflow_execution_failed_event_attributes();
    *failed.mutable_failure() = attributes.failure();
    const Succession succession = after_failure(context.draft, attributes.failure());
    failed.set_retry_state(succession.retry_state);
    failed.set_new_execution_run_id(succession.new_run_id);
    failed.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    context.draft.add(std::move(event));
    Legacy legacy;
    legacy.failure = &attributes.failure();
    legacy.forgets_last_result = succession.initiator == enums::CONTINUE_AS_NEW_INITIATOR_RETRY;
    add_successor(context.draft, succession, legacy);
    return std::nullopt;
}

CommandOutcome cancel_workflow(CommandContext& context,
                               const command::CancelWorkflowExecutionCommandAttributes& attributes,
                               const command::Command& command) {
    if (auto refusal = refuse_unseen_events(context)) return refusal;
    const std::size_t details_bytes = attributes.details().ByteSizeLong();
    const std::size_t bytes_max = context.draft.environment().limits.blob_size_bytes_max;
    if (details_bytes > bytes_max) {
        return blob_too_large(
            enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_CANCEL_WORKFLOW_EXECUTION_ATTRIBUTES,
            "CancelWorkflowExecutionCommandAttributes.Details", details_bytes, bytes_max);
    }
    HistoryEvent event =
        make_command_event(context, enums::EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED, command);
    auto& canceled = *event.mutable_workflow_execution_canceled_event_attributes();
    if (attributes.has_details()) *canceled.mutable_details() = attributes.details();
    canceled.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    context.draft.add(std::move(event));
    return std::nullopt;
}

}  // namespace server::workflow

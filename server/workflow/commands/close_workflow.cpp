// Commands that end a run without a successor.

#include "server/workflow/commands/command.h"

namespace server::workflow {

namespace {

void remember_retention(Draft& draft) {
    draft.record(RetentionSet{draft.environment().retention.count()});
}

}  // namespace

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
    context.draft.add(std::move(event));
    remember_retention(context.draft);
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
    HistoryEvent event =
        make_command_event(context, enums::EVENT_TYPE_WORKFLOW_EXECUTION_FAILED, command);
    auto& failed = *event.mutable_workflow_execution_failed_event_attributes();
    *failed.mutable_failure() = attributes.failure();
    failed.set_retry_state(enums::RETRY_STATE_RETRY_POLICY_NOT_SET);
    failed.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    context.draft.add(std::move(event));
    remember_retention(context.draft);
    return std::nullopt;
}

CommandOutcome cancel_workflow(CommandContext& context,
                               const command::CancelWorkflowExecutionCommandAttributes& attributes,
                               const command::Command& command) {
    if (auto refusal = refuse_unseen_events(context)) return refusal;
    HistoryEvent event =
        make_command_event(context, enums::EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED, command);
    auto& canceled = *event.mutable_workflow_execution_canceled_event_attributes();
    if (attributes.has_details()) *canceled.mutable_details() = attributes.details();
    canceled.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    context.draft.add(std::move(event));
    remember_retention(context.draft);
    return std::nullopt;
}

}  // namespace server::workflow

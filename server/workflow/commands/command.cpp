#include "server/workflow/commands/command.h"

namespace server::workflow {

namespace {

CommandOutcome not_built(enums::WorkflowTaskFailedCause cause, const command::Command& command) {
    return CommandRefusal{cause, enums::CommandType_Name(command.command_type()) +
                                     " is not supported by this server yet"};
}

}  // namespace

bool is_closing(enums::CommandType type) {
    switch (type) {
    case enums::COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION:
    case enums::COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION:
    case enums::COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION:
    case enums::COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION: return true;
    default: return false;
    }
}

bool is_known(enums::CommandType type) {
    return type != enums::COMMAND_TYPE_UNSPECIFIED && enums::CommandType_IsValid(type);
}

CommandOutcome handle_command(CommandContext& context, const command::Command& command) {
    switch (command.command_type()) {
    case enums::COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK:
        return schedule_activity(context, command.schedule_activity_task_command_attributes(),
                                 command);
    case enums::COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK:
        return request_cancel_activity(
            context, command.request_cancel_activity_task_command_attributes(), command);
    case enums::COMMAND_TYPE_START_TIMER:
        return start_timer(context, command.start_timer_command_attributes(), command);
    case enums::COMMAND_TYPE_CANCEL_TIMER:
        return cancel_timer(context, command.cancel_timer_command_attributes(), command);
    case enums::COMMAND_TYPE_RECORD_MARKER:
        return record_marker(context, command.record_marker_command_attributes(), command);
    case enums::COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
        return upsert_search_attributes(
            context, command.upsert_workflow_search_attributes_command_attributes(), command);
    case enums::COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES:
        return modify_properties(context, command.modify_workflow_properties_command_attributes(),
                                 command);
    case enums::COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION:
        return complete_workflow(context, command.complete_workflow_execution_command_attributes(),
                                 command);
    case enums::COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION:
        return fail_workflow(context, command.fail_workflow_execution_command_attributes(),
                             command);
    case enums::COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION:
        return cancel_workflow(context, command.cancel_workflow_execution_command_attributes(),
                               command);
    case enums::COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION:
        return continue_as_new(
            context, command.continue_as_new_workflow_execution_command_attributes(), command);
    case enums::COMMAND_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION:
        return request_cancel_external(
            context, command.request_cancel_external_workflow_execution_command_attributes(),
            command);
    case enums::COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION:
        return start_child(context, command.start_child_workflow_execution_command_attributes(),
                           command);
    case enums::COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION:
        return signal_external(
            context, command.signal_external_workflow_execution_command_attributes(), command);
    case enums::COMMAND_TYPE_PROTOCOL_MESSAGE:
        return not_built(enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_UPDATE_WORKFLOW_EXECUTION_MESSAGE,
                         command);
    case enums::COMMAND_TYPE_SCHEDULE_NEXUS_OPERATION:
        return not_built(enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_NEXUS_OPERATION_ATTRIBUTES,
                         command);
    case enums::COMMAND_TYPE_REQUEST_CANCEL_NEXUS_OPERATION:
        return not_built(
            enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_NEXUS_OPERATION_ATTRIBUTES,
            command);
    default: return not_built(enums::WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND, command);
    }
}

HistoryEvent make_command_event(const CommandContext& context, enums::EventType type,
                                const command::Command& command) {
    HistoryEvent event = context.draft.make_event(type);
    if (command.has_user_metadata()) *event.mutable_user_metadata() = command.user_metadata();
    *event.mutable_event_group_markers() = command.event_group_markers();
    return event;
}

CommandOutcome refuse_other_namespace(const CommandContext& context,
                                      enums::WorkflowTaskFailedCause cause,
                                      const std::string& namespace_name) {
    const std::string& own = context.draft.environment().namespace_name;
    if (namespace_name.empty() || namespace_name == own) return std::nullopt;
    return CommandRefusal{cause, "commands to other namespaces are not allowed: " + namespace_name +
                                     " is not this workflow's namespace " + own};
}

bool is_reserved_task_queue(const std::string& name) { return name.starts_with("/_sys/"); }

CommandOutcome refuse_unseen_events(const CommandContext& context) {
    bool unseen = false;
    context.draft.state().buffered_events().for_each(
        [&](std::int64_t arrival, const HistoryEvent&) {
            unseen = unseen || arrival < context.first_new_buffered;
        });
    if (!unseen) return std::nullopt;
    return CommandRefusal{enums::WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND, ""};
}

CommandRefusal bad_search_attributes(const CommandContext& context,
                                     const common::SearchAttributes& attributes,
                                     const std::string& message) {
    const Limits& limits = context.draft.environment().limits;
    std::size_t total_bytes = 0;
    bool large = false;
    for (const auto& [name, payload] : attributes.indexed_fields()) {
        large = large || payload.data().size() > limits.search_attribute_size_bytes_max;
        total_bytes += name.size() + payload.data().size();
    }
    large = large || total_bytes > limits.search_attributes_size_bytes_max;
    return {enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES, message, large};
}

CommandRefusal blob_too_large(enums::WorkflowTaskFailedCause cause, const std::string& field,
                              std::size_t size_bytes, std::size_t size_bytes_max) {
    const std::string sizes = std::to_string(size_bytes) + " of " + std::to_string(size_bytes_max);
    return {cause, field + " exceeds size limit: " + sizes + " bytes", true};
}

}  // namespace server::workflow

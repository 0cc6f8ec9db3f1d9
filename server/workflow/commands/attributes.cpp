// Commands that change the memo and the search attributes of a run.

#include "server/workflow/commands/command.h"

namespace server::workflow {

CommandOutcome upsert_search_attributes(
    CommandContext& context,
    const command::UpsertWorkflowSearchAttributesCommandAttributes& attributes,
    const command::Command& command) {
    constexpr auto kCause = enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES;
    if (attributes.search_attributes().indexed_fields().empty()) {
        return CommandRefusal{kCause,
                              "IndexedFields is not set on UpsertWorkflowSearchAttributes."};
    }
    HistoryEvent event =
        make_command_event(context, enums::EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES, command);
    auto& upserted = *event.mutable_upsert_workflow_search_attributes_event_attributes();
    *upserted.mutable_search_attributes() = attributes.search_attributes();
    if (const auto& check = context.draft.environment().check_search_attributes) {
        const Status checked = check(*upserted.mutable_search_attributes());
        if (!checked.ok()) {
            return bad_search_attributes(context, attributes.search_attributes(),
                                         checked.message());
        }
    }
    upserted.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    context.draft.add(std::move(event));
    context.draft.need_visibility();
    return std::nullopt;
}

CommandOutcome modify_properties(
    CommandContext& context, const command::ModifyWorkflowPropertiesCommandAttributes& attributes,
    const command::Command& command) {
    constexpr auto kCause =
        enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_MODIFY_WORKFLOW_PROPERTIES_ATTRIBUTES;
    if (attributes.upserted_memo().fields().empty()) {
        return CommandRefusal{kCause, "UpsertedMemo is not set on ModifyWorkflowProperties."};
    }
    const std::size_t memo_bytes = attributes.upserted_memo().ByteSizeLong();
    const std::size_t memo_bytes_max = context.draft.environment().limits.memo_size_bytes_max;
    if (memo_bytes > memo_bytes_max) {
        return blob_too_large(kCause, "ModifyWorkflowPropertiesCommandAttributes.UpsertedMemo",
                              memo_bytes, memo_bytes_max);
    }
    HistoryEvent event =
        make_command_event(context, enums::EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED, command);
    auto& modified = *event.mutable_workflow_properties_modified_event_attributes();
    *modified.mutable_upserted_memo() = attributes.upserted_memo();
    modified.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    context.draft.add(std::move(event));
    context.draft.need_visibility();
    return std::nullopt;
}

}  // namespace server::workflow

#include "server/workflow/commands/command.h"

namespace server::workflow {

CommandOutcome record_marker(CommandContext& context,
                             const command::RecordMarkerCommandAttributes& attributes,
                             const command::Command& command) {
    constexpr auto kCause = enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_RECORD_MARKER_ATTRIBUTES;
    const Limits& limits = context.draft.environment().limits;
    if (attributes.marker_name().empty()) {
        return CommandRefusal{kCause, "MarkerName is not set on command."};
    }
    if (attributes.marker_name().size() > limits.id_length_max) {
        return CommandRefusal{kCause, "MarkerName exceeds length limit: " +
                                          std::to_string(attributes.marker_name().size())};
    }
    std::size_t details_bytes = 0;
    for (const auto& [name, payloads] : attributes.details()) {
        details_bytes += name.size() + payloads.ByteSizeLong();
    }
    if (details_bytes > limits.blob_size_bytes_max) {
        return blob_too_large(kCause, "RecordMarkerCommandAttributes.Details", details_bytes,
                              limits.blob_size_bytes_max);
    }
    HistoryEvent event = make_command_event(context, enums::EVENT_TYPE_MARKER_RECORDED, command);
    auto& recorded = *event.mutable_marker_recorded_event_attributes();
    recorded.set_marker_name(attributes.marker_name());
    *recorded.mutable_details() = attributes.details();
    if (attributes.has_header()) *recorded.mutable_header() = attributes.header();
    if (attributes.has_failure()) *recorded.mutable_failure() = attributes.failure();
    recorded.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    context.draft.add(std::move(event));
    return std::nullopt;
}

}  // namespace server::workflow

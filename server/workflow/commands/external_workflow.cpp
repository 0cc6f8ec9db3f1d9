// SIGNAL_EXTERNAL_WORKFLOW_EXECUTION and REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION: recorded as
// Initiated; a task then calls the target (reference events.md §1.6 and §3.5).

#include <algorithm>

#include "server/base/uuid.h"
#include "server/workflow/commands/command.h"

namespace server::workflow {

namespace {

using SignalAttributes = command::SignalExternalWorkflowExecutionCommandAttributes;
using CancelAttributes = command::RequestCancelExternalWorkflowExecutionCommandAttributes;

constexpr auto kBadSignal =
    enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES;
constexpr auto kBadCancel =
    enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_ATTRIBUTES;

CommandOutcome check_target(const CommandContext& context, enums::WorkflowTaskFailedCause cause,
                            const std::string& namespace_name,
                            const common::WorkflowExecution& target) {
    if (auto refusal = refuse_other_namespace(context, cause, namespace_name)) return refusal;
    if (target.workflow_id().empty()) {
        return CommandRefusal{cause, "WorkflowId is not set on command."};
    }
    const std::size_t length_max = context.draft.environment().limits.id_length_max;
    if (target.workflow_id().size() > length_max) {
        return CommandRefusal{cause, "WorkflowId exceeds length limit: " +
                                         std::to_string(target.workflow_id().size()) + " of " +
                                         std::to_string(length_max)};
    }
    if (!target.run_id().empty() && !is_uuid(target.run_id())) {
        return CommandRefusal{cause, "RunId is not a UUID: " + target.run_id() +
                                         ". WorkflowId: " + target.workflow_id()};
    }
    return std::nullopt;
}

CommandOutcome check_pending(enums::WorkflowTaskFailedCause cause, const std::string& what,
                             std::size_t pending, std::size_t pending_max) {
    if (pending < pending_max) return std::nullopt;
    return CommandRefusal{cause, "the number of pending " + what + ", " + std::to_string(pending) +
                                     ", has reached the per-workflow limit of " +
                                     std::to_string(pending_max)};
}

CommandOutcome check_signal(const CommandContext& context, const SignalAttributes& attributes) {
    const Limits& limits = context.draft.environment().limits;
    if (auto refusal =
            check_target(context, kBadSignal, attributes.namespace_(), attributes.execution())) {
        return refusal;
    }
    const std::string name = " WorkflowId: " + attributes.execution().workflow_id();
    if (attributes.signal_name().empty()) {
        return CommandRefusal{kBadSignal, "SignalName is not set on command." + name};
    }
    if (attributes.signal_name().size() > limits.id_length_max) {
        return CommandRefusal{kBadSignal, "SignalName exceeds length limit: " +
                                              std::to_string(attributes.signal_name().size()) +
                                              " of " + std::to_string(limits.id_length_max)};
    }
    const std::size_t input_bytes = attributes.input().ByteSizeLong();
    if (input_bytes > limits.blob_size_bytes_max) {
        return blob_too_large(kBadSignal, "SignalExternalWorkflowExecutionCommandAttributes.Input",
                              input_bytes, limits.blob_size_bytes_max);
    }
    return check_pending(enums::WORKFLOW_TASK_FAILED_CAUSE_PENDING_SIGNALS_LIMIT_EXCEEDED,
                         "signals to external workflows",
                         context.draft.state().external_signals().size(),
                         limits.pending_external_signals_max);
}

bool child_begun_here(const CommandContext& context, const std::string& workflow_id) {
    bool begun = false;
    context.draft.state().children().for_each([&](EventId id, const state::v1::Child& child) {
        begun = begun || (id > context.workflow_task_completed_event_id &&
                          child.workflow_id() == workflow_id);
    });
    return begun;
}

CommandOutcome check_cancel(const CommandContext& context, const CancelAttributes& attributes) {
    common::WorkflowExecution target;
    target.set_workflow_id(attributes.workflow_id());
    target.set_run_id(attributes.run_id());
    if (auto refusal = check_target(context, kBadCancel, attributes.namespace_(), target)) {
        return refusal;
    }
    if (child_begun_here(context, attributes.workflow_id())) {
        return CommandRefusal{kBadCancel,
                              "a child workflow can not be started and cancelled by the same "
                              "workflow task. WorkflowId: " +
                                  attributes.workflow_id()};
    }
    return check_pending(enums::WORKFLOW_TASK_FAILED_CAUSE_PENDING_REQUEST_CANCEL_LIMIT_EXCEEDED,
                         "requests to cancel external workflows",
                         context.draft.state().external_cancels().size(),
                         context.draft.environment().limits.pending_external_cancels_max);
}

}  // namespace

CommandOutcome signal_external(CommandContext& context, const SignalAttributes& attributes,
                               const command::Command& command) {
    if (auto refusal = check_signal(context, attributes)) return refusal;
    Draft& draft = context.draft;
    HistoryEvent event = make_command_event(
        context, enums::EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED, command);
    auto& initiated =
        *event.mutable_signal_external_workflow_execution_initiated_event_attributes();
    initiated.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    initiated.set_namespace_(draft.environment().namespace_name);
    initiated.set_namespace_id(draft.state().run().namespace_id);
    *initiated.mutable_workflow_execution() = attributes.execution();
    initiated.set_signal_name(attributes.signal_name());
    if (attributes.has_input()) *initiated.mutable_input() = attributes.input();
    initiated.set_control(attributes.control());
    initiated.set_child_workflow_only(attributes.child_workflow_only());
    if (attributes.has_header()) *initiated.mutable_header() = attributes.header();
    state::v1::Task task = draft.make_task();
    task.mutable_signal_external()->set_initiated_event_id(draft.add(std::move(event)));
    draft.add_task(std::move(task));
    return std::nullopt;
}

CommandOutcome request_cancel_external(CommandContext& context, const CancelAttributes& attributes,
                                       const command::Command& command) {
    if (auto refusal = check_cancel(context, attributes)) return refusal;
    Draft& draft = context.draft;
    HistoryEvent event = make_command_event(
        context, enums::EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED, command);
    auto& initiated =
        *event.mutable_request_cancel_external_workflow_execution_initiated_event_attributes();
    initiated.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    initiated.set_namespace_(draft.environment().namespace_name);
    initiated.set_namespace_id(draft.state().run().namespace_id);
    initiated.mutable_workflow_execution()->set_workflow_id(attributes.workflow_id());
    initiated.mutable_workflow_execution()->set_run_id(attributes.run_id());
    initiated.set_control(attributes.control());
    initiated.set_child_workflow_only(attributes.child_workflow_only());
    initiated.set_reason(attributes.reason());
    state::v1::Task task = draft.make_task();
    task.mutable_cancel_external()->set_initiated_event_id(draft.add(std::move(event)));
    draft.add_task(std::move(task));
    return std::nullopt;
}

}  // namespace server::workflow

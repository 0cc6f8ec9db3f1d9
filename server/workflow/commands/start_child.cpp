// START_CHILD_WORKFLOW_EXECUTION: recorded as Initiated; a task then starts the child (reference
// events.md §1.6 and §3.5).

#include <algorithm>

#include "server/workflow/backoff/retry.h"
#include "server/workflow/commands/command.h"
#include "server/workflow/operations/priority.h"
#include "server/workflow/operations/start_run.h"

namespace server::workflow {

namespace {

using ChildAttributes = command::StartChildWorkflowExecutionCommandAttributes;

constexpr auto kBadChild = enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_START_CHILD_EXECUTION_ATTRIBUTES;

CommandRefusal bad_child(const std::string& message, const ChildAttributes& attributes) {
    return {kBadChild, message + " WorkflowId: " + attributes.workflow_id() +
                           ", WorkflowType: " + attributes.workflow_type().name()};
}

CommandOutcome check_names(const ChildAttributes& attributes, const Limits& limits) {
    if (attributes.workflow_id().empty()) {
        return bad_child("WorkflowId is not set on command.", attributes);
    }
    if (attributes.workflow_type().name().empty()) {
        return bad_child("WorkflowType is not set on command.", attributes);
    }
    const std::size_t longest =
        std::max({attributes.workflow_id().size(), attributes.workflow_type().name().size(),
                  attributes.task_queue().name().size()});
    if (longest > limits.id_length_max) {
        return CommandRefusal{
            kBadChild, "WorkflowId, WorkflowType or TaskQueue exceeds length limit: " +
                           std::to_string(longest) + " of " + std::to_string(limits.id_length_max)};
    }
    if (is_reserved_task_queue(attributes.task_queue().name())) {
        return bad_child(
            "TaskQueue has the reserved prefix /_sys/: " + attributes.task_queue().name() + ".",
            attributes);
    }
    return std::nullopt;
}

CommandOutcome check_start(const ChildAttributes& attributes, const Environment& environment) {
    const auto negative = [&](const char* field) {
        return bad_child("A valid " + std::string(field) + " is not set on command.", attributes);
    };
    if (nanos_of(attributes.workflow_execution_timeout()) < 0) {
        return negative("WorkflowExecutionTimeout");
    }
    if (nanos_of(attributes.workflow_run_timeout()) < 0) return negative("WorkflowRunTimeout");
    if (nanos_of(attributes.workflow_task_timeout()) < 0) return negative("WorkflowTaskTimeout");
    if (!enums::ParentClosePolicy_IsValid(attributes.parent_close_policy())) {
        return bad_child(
            "unknown ParentClosePolicy: " + std::to_string(attributes.parent_close_policy()) + ".",
            attributes);
    }
    if (!enums::WorkflowIdReusePolicy_IsValid(attributes.workflow_id_reuse_policy())) {
        return bad_child("unknown WorkflowIdReusePolicy: " +
                             std::to_string(attributes.workflow_id_reuse_policy()) + ".",
                         attributes);
    }
    if (attributes.has_retry_policy()) {
        const Status policy = validate_retry_policy(attributes.retry_policy());
        if (!policy.ok()) return bad_child(policy.message(), attributes);
    }
    const Status cron =
        validate_cron(attributes.cron_schedule(), environment.now, environment.find_time_zone);
    if (!cron.ok()) return bad_child(cron.message(), attributes);
    if (const Status priority = validate_priority(attributes.priority()); !priority.ok()) {
        return bad_child(priority.message(), attributes);
    }
    return std::nullopt;
}

CommandOutcome check_sizes(const ChildAttributes& attributes, const Limits& limits) {
    const std::size_t input_bytes = attributes.input().ByteSizeLong();
    if (input_bytes > limits.blob_size_bytes_max) {
        return blob_too_large(kBadChild, "StartChildWorkflowExecutionCommandAttributes.Input",
                              input_bytes, limits.blob_size_bytes_max);
    }
    const std::size_t memo_bytes = attributes.memo().ByteSizeLong();
    if (memo_bytes > limits.memo_size_bytes_max) {
        return blob_too_large(kBadChild, "StartChildWorkflowExecutionCommandAttributes.Memo",
                              memo_bytes, limits.memo_size_bytes_max);
    }
    return std::nullopt;
}

CommandOutcome check_room(const CommandContext& context) {
    const std::size_t children = context.draft.state().children().size();
    const std::size_t children_max = context.draft.environment().limits.pending_children_max;
    if (children < children_max) return std::nullopt;
    return CommandRefusal{
        enums::WORKFLOW_TASK_FAILED_CAUSE_PENDING_CHILD_WORKFLOWS_LIMIT_EXCEEDED,
        "the number of pending child workflow executions, " + std::to_string(children) +
            ", has reached the per-workflow limit of " + std::to_string(children_max)};
}

CommandOutcome check_child(const CommandContext& context, const ChildAttributes& attributes) {
    const Limits& limits = context.draft.environment().limits;
    if (auto refusal = refuse_other_namespace(context, kBadChild, attributes.namespace_())) {
        return refusal;
    }
    if (auto refusal = check_names(attributes, limits)) return refusal;
    if (auto refusal = check_start(attributes, context.draft.environment())) return refusal;
    if (auto refusal = check_sizes(attributes, limits)) return refusal;
    return check_room(context);
}

// What the command leaves open is filled in, so that the event holds what is in force.
void set_effective(const CommandContext& context, const ChildAttributes& attributes,
                   history::StartChildWorkflowExecutionInitiatedEventAttributes& initiated) {
    const StartTimeouts timeouts = effective_start_timeouts(
        {nanos_of(attributes.workflow_execution_timeout()),
         nanos_of(attributes.workflow_run_timeout()), nanos_of(attributes.workflow_task_timeout())},
        context.draft.environment().limits);
    *initiated.mutable_workflow_execution_timeout() = to_duration(timeouts.execution_ns);
    *initiated.mutable_workflow_run_timeout() = to_duration(timeouts.run_ns);
    *initiated.mutable_workflow_task_timeout() = to_duration(timeouts.workflow_task_ns);
    const std::string& own_queue = context.draft.state().start().task_queue();
    const std::string& queue = attributes.task_queue().name();
    initiated.mutable_task_queue()->set_name(queue.empty() ? own_queue : queue);
    initiated.mutable_task_queue()->set_kind(enums::TASK_QUEUE_KIND_NORMAL);
    initiated.set_parent_close_policy(attributes.parent_close_policy() ==
                                              enums::PARENT_CLOSE_POLICY_UNSPECIFIED
                                          ? enums::PARENT_CLOSE_POLICY_TERMINATE
                                          : attributes.parent_close_policy());
    initiated.set_workflow_id_reuse_policy(attributes.workflow_id_reuse_policy() ==
                                                   enums::WORKFLOW_ID_REUSE_POLICY_UNSPECIFIED
                                               ? enums::WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE
                                               : attributes.workflow_id_reuse_policy());
}

void copy_given(const ChildAttributes& attributes,
                history::StartChildWorkflowExecutionInitiatedEventAttributes& initiated) {
    initiated.set_workflow_id(attributes.workflow_id());
    *initiated.mutable_workflow_type() = attributes.workflow_type();
    initiated.set_control(attributes.control());
    initiated.set_inherit_build_id(attributes.inherit_build_id());
    if (attributes.has_input()) *initiated.mutable_input() = attributes.input();
    if (attributes.has_header()) *initiated.mutable_header() = attributes.header();
    if (attributes.has_memo()) *initiated.mutable_memo() = attributes.memo();
    if (attributes.has_priority()) *initiated.mutable_priority() = attributes.priority();
    if (attributes.has_retry_policy())
        *initiated.mutable_retry_policy() = attributes.retry_policy();
    initiated.set_cron_schedule(attributes.cron_schedule());
    if (attributes.has_search_attributes()) {
        *initiated.mutable_search_attributes() = attributes.search_attributes();
    }
}

}  // namespace

CommandOutcome start_child(CommandContext& context, const ChildAttributes& attributes,
                           const command::Command& command) {
    if (auto refusal = check_child(context, attributes)) return refusal;
    Draft& draft = context.draft;
    HistoryEvent event = make_command_event(
        context, enums::EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED, command);
    auto& initiated = *event.mutable_start_child_workflow_execution_initiated_event_attributes();
    copy_given(attributes, initiated);
    set_effective(context, attributes, initiated);
    initiated.set_namespace_(draft.environment().namespace_name);
    initiated.set_namespace_id(draft.state().run().namespace_id);
    initiated.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    const auto& check = draft.environment().check_search_attributes;
    if (initiated.has_search_attributes() && check) {
        const Status checked = check(*initiated.mutable_search_attributes());
        if (!checked.ok()) {
            return bad_search_attributes(context, attributes.search_attributes(),
                                         checked.message());
        }
    }
    state::v1::Task task = draft.make_task();
    task.mutable_start_child()->set_workflow_id(initiated.workflow_id());
    task.mutable_start_child()->set_parent_close_policy(initiated.parent_close_policy());
    task.mutable_start_child()->set_initiated_event_id(draft.add(std::move(event)));
    draft.add_task(std::move(task));
    return std::nullopt;
}

}  // namespace server::workflow

#include <algorithm>

#include "server/workflow/backoff/retry.h"
#include "server/workflow/commands/command.h"
#include "server/workflow/operations/start_run.h"
#include "server/workflow/operations/successor.h"

namespace server::workflow {

namespace {

using ContinueAttributes = command::ContinueAsNewWorkflowExecutionCommandAttributes;

// What the command leaves empty is inherited; no timeout outlives the execution (reference
// events.md §1.3).
ContinueAttributes effective_attributes(const MutableState& state,
                                        const ContinueAttributes& given) {
    ContinueAttributes effective = given;
    const auto& start = state.start();
    if (given.workflow_type().name().empty()) {
        effective.mutable_workflow_type()->set_name(start.workflow_type());
    }
    if (given.task_queue().name().empty()) {
        effective.mutable_task_queue()->set_name(start.task_queue());
    }
    effective.mutable_task_queue()->set_kind(enums::TASK_QUEUE_KIND_NORMAL);
    std::int64_t run_ns = nanos_of(given.workflow_run_timeout());
    if (run_ns == 0) run_ns = start.run_timeout_ns();
    if (const auto limit_ns = start.execution_timeout_ns(); limit_ns > 0) {
        run_ns = run_ns > 0 ? std::min(run_ns, limit_ns) : limit_ns;
    }
    std::int64_t task_ns = nanos_of(given.workflow_task_timeout());
    if (task_ns == 0) task_ns = start.workflow_task_timeout_ns();
    if (run_ns > 0) task_ns = std::min(task_ns, run_ns);
    *effective.mutable_workflow_run_timeout() = to_duration(run_ns);
    *effective.mutable_workflow_task_timeout() = to_duration(task_ns);
    return effective;
}

CommandOutcome check_continuation(CommandContext& context, ContinueAttributes& attributes) {
    constexpr auto kCause = enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_CONTINUE_AS_NEW_ATTRIBUTES;
    const Environment& environment = context.draft.environment();
    const std::string& queue = attributes.task_queue().name();
    const std::size_t longest = std::max(attributes.workflow_type().name().size(), queue.size());
    if (longest > environment.limits.id_length_max) {
        return CommandRefusal{
            kCause, "WorkflowType or TaskQueue exceeds length limit: " + std::to_string(longest) +
                        " of " + std::to_string(environment.limits.id_length_max)};
    }
    if (is_reserved_task_queue(queue)) {
        return CommandRefusal{kCause, "TaskQueue has the reserved prefix /_sys/: " + queue};
    }
    if (attributes.has_retry_policy()) {
        const Status policy = validate_retry_policy(attributes.retry_policy());
        if (!policy.ok()) return CommandRefusal{kCause, policy.message()};
    }
    const Status cron =
        validate_cron(attributes.cron_schedule(), context.draft.now(), environment.find_time_zone);
    if (!cron.ok()) return CommandRefusal{kCause, cron.message()};
    const bool negative = nanos_of(attributes.workflow_run_timeout()) < 0 ||
                          nanos_of(attributes.workflow_task_timeout()) < 0 ||
                          nanos_of(attributes.backoff_start_interval()) < 0;
    if (negative) return CommandRefusal{kCause, "a timeout of ContinueAsNew is negative"};
    const std::size_t input_bytes = attributes.input().ByteSizeLong();
    if (input_bytes > environment.limits.blob_size_bytes_max) {
        return blob_too_large(kCause, "ContinueAsNewWorkflowExecutionCommandAttributes.Input",
                              input_bytes, environment.limits.blob_size_bytes_max);
    }
    const std::size_t memo_bytes = attributes.memo().ByteSizeLong();
    if (memo_bytes > environment.limits.memo_size_bytes_max) {
        return blob_too_large(kCause, "ContinueAsNewWorkflowExecutionCommandAttributes.Memo",
                              memo_bytes, environment.limits.memo_size_bytes_max);
    }
    if (attributes.has_search_attributes() && environment.check_search_attributes) {
        const Status checked =
            environment.check_search_attributes(*attributes.mutable_search_attributes());
        if (!checked.ok()) {
            return bad_search_attributes(context, attributes.search_attributes(),
                                         checked.message());
        }
    }
    return std::nullopt;
}

}  // namespace

CommandOutcome continue_as_new(CommandContext& context, const ContinueAttributes& given,
                               const command::Command& command) {
    if (auto refusal = refuse_unseen_events(context)) return refusal;
    Draft& draft = context.draft;
    ContinueAttributes attributes = effective_attributes(draft.state(), given);
    if (auto refusal = check_continuation(context, attributes)) return refusal;
    const Duration asked{nanos_of(given.backoff_start_interval())};
    *attributes.mutable_backoff_start_interval() =
        to_duration(spaced_backoff(draft, asked).count());

    RunKey next_run = draft.state().run();
    next_run.run_id = draft.fresh_uuid();
    HistoryEvent event =
        make_command_event(context, enums::EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW, command);
    auto& continued = *event.mutable_workflow_execution_continued_as_new_event_attributes();
    continued.set_new_execution_run_id(next_run.run_id);
    *continued.mutable_workflow_type() = attributes.workflow_type();
    *continued.mutable_task_queue() = attributes.task_queue();
    if (attributes.has_input()) *continued.mutable_input() = attributes.input();
    if (attributes.has_header()) *continued.mutable_header() = attributes.header();
    *continued.mutable_workflow_run_timeout() = attributes.workflow_run_timeout();
    *continued.mutable_workflow_task_timeout() = attributes.workflow_task_timeout();
    *continued.mutable_backoff_start_interval() = attributes.backoff_start_interval();
    continued.set_initiator(given.initiator());
    if (attributes.has_failure()) *continued.mutable_failure() = attributes.failure();
    if (attributes.has_last_completion_result()) {
        *continued.mutable_last_completion_result() = attributes.last_completion_result();
    }
    if (attributes.has_memo()) *continued.mutable_memo() = attributes.memo();
    if (attributes.has_search_attributes()) {
        *continued.mutable_search_attributes() = attributes.search_attributes();
    }
    continued.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    draft.add(std::move(event));

    Environment environment = draft.environment();
    environment.next_task_id = draft.reserve_task_ids_from();
    const Continuation continuation{draft.state(), attributes, draft.fresh_uuid()};
    draft.set_successor(
        std::make_unique<NewRun>(continue_run(std::move(next_run), continuation, environment)));
    return std::nullopt;
}

}  // namespace server::workflow

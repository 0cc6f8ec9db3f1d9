// RespondWorkflowTaskCompleted and RespondWorkflowTaskFailed (reference events.md §2.6 and §2.7).

#include <cctype>

#include "server/workflow/commands/command.h"
#include "server/workflow/events/identity.h"
#include "server/workflow/operations/eager_activity.h"
#include "server/workflow/operations/external.h"
#include "server/workflow/operations/workflow_task.h"

namespace server::workflow {

namespace {

using Request = api::RespondWorkflowTaskCompletedRequest;

bool matches(const MutableState& state, const state::v1::TaskToken& token) {
    const state::v1::WorkflowTask* task = state.workflow_task();
    if (!state.running() || !task || !state.workflow_task_started()) return false;
    const bool started_differs = token.started_event_id() != kNoEvent &&
                                 task->started_event_id() != token.started_event_id();
    const bool time_differs =
        token.started_time_ns() != 0 && task->started_time_ns() != token.started_time_ns();
    return task->scheduled_event_id() == token.scheduled_event_id() &&
           task->attempt() == token.attempt() && !started_differs && !time_differs;
}

// The shape of the whole list: a bad one is refused before anything is decided, and the task stays
// started.
Status check_sequence(const Request& request) {
    for (int index = 0; index < request.commands_size(); ++index) {
        const auto type = request.commands(index).command_type();
        if (!is_known(type)) {
            return invalid_argument("unknown command type: " + std::to_string(type));
        }
        if (is_closing(type) && index + 1 != request.commands_size()) {
            return invalid_argument("invalid command sequence: " + enums::CommandType_Name(type) +
                                    " is not the last command");
        }
    }
    return {};
}

// WORKFLOW_TASK_FAILED_CAUSE_BAD_START_TIMER_ATTRIBUTES → BadStartTimerAttributes.
std::string cause_name(enums::WorkflowTaskFailedCause cause) {
    constexpr std::string_view kPrefix = "WORKFLOW_TASK_FAILED_CAUSE_";
    const std::string full = enums::WorkflowTaskFailedCause_Name(cause);
    std::string name;
    bool upper = true;
    for (const char letter : full.substr(std::min(kPrefix.size(), full.size()))) {
        if (letter == '_') {
            upper = true;
            continue;
        }
        const auto code = static_cast<unsigned char>(letter);
        name += static_cast<char>(upper ? std::toupper(code) : std::tolower(code));
        upper = false;
    }
    return name;
}

void add_completed_event(Draft& draft, const Request& request) {
    const state::v1::WorkflowTask task = *draft.state().workflow_task();
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
    auto& completed = *event.mutable_workflow_task_completed_event_attributes();
    completed.set_scheduled_event_id(task.scheduled_event_id());
    completed.set_started_event_id(task.started_event_id());
    completed.set_identity(request.identity());
    completed.set_binary_checksum(request.binary_checksum());
    if (request.has_worker_version_stamp()) {
        *completed.mutable_worker_version() = request.worker_version_stamp();
    }
    if (request.has_sdk_metadata()) *completed.mutable_sdk_metadata() = request.sdk_metadata();
    if (request.has_metering_metadata()) {
        *completed.mutable_metering_metadata() = request.metering_metadata();
    }
    draft.add(std::move(event));
}

void set_stickiness(Draft& draft, const Request& request) {
    const auto& sticky = request.sticky_attributes();
    const bool given =
        request.has_sticky_attributes() && !sticky.worker_task_queue().name().empty();
    if (given) {
        draft.record(StickinessSet{sticky.worker_task_queue().name(),
                                   nanos_of(sticky.schedule_to_start_timeout())});
    } else if (draft.state().sticky()) {
        draft.record(StickinessSet{""});
    }
}

// The server's own end of a run that cannot go on.
void terminate_by_server(Draft& draft, const std::string& reason) {
    TerminateRun request;
    request.reason = reason;
    request.identity = kHistoryIdentity;
    terminate_in(draft, request);
}

Decision<WorkflowTaskCompletion> refuse_command(const MutableState& state,
                                                const Environment& environment,
                                                const Request& request,
                                                const CommandRefusal& refusal) {
    const std::string name = cause_name(refusal.cause);
    const std::string message = refusal.message.empty() ? name : name + ": " + refusal.message;
    const Status answer = invalid_argument(message);
    const bool unhandled = refusal.cause == enums::WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND;
    if (state.workflow_task()->attempt() > 1 && !unhandled) {
        return refuse<WorkflowTaskCompletion>(answer);  // the task runs into its timeout
    }
    Draft draft(state, environment);
    WorkflowTaskFailure failed;
    failed.cause = refusal.cause;
    failed.failure.emplace();
    failed.failure->set_message(message);
    failed.failure->mutable_server_failure_info()->set_non_retryable(true);
    failed.identity = request.identity();
    failed.binary_checksum = request.binary_checksum();
    write_workflow_task_failed(draft, failed);
    count_workflow_task_failure(draft);
    if (unhandled) draft.record(CloseAttempted{true});
    if (refusal.terminates) {
        terminate_by_server(draft, message);
    } else {
        draft.need_workflow_task();
    }
    return {std::move(draft).close(), answer};
}

// A worker that only keeps its task alive may do so for half an hour; then the task times out.
std::optional<Decision<WorkflowTaskCompletion>> expire_heartbeat(const MutableState& state,
                                                                 const Environment& environment,
                                                                 const Request& request) {
    const std::int64_t since_ns = state.workflow_task()->original_scheduled_time_ns();
    const std::int64_t longest_ns = environment.limits.workflow_task_heartbeat_max.count();
    if (unix_nanos(environment.now) - since_ns < longest_ns) return std::nullopt;
    Draft draft(state, environment);
    time_out_workflow_task(draft, enums::TIMEOUT_TYPE_START_TO_CLOSE);
    if (request.has_sticky_attributes()) set_stickiness(draft, request);
    return Decision<WorkflowTaskCompletion>{std::move(draft).close(),
                                            not_found("workflow task heartbeat timeout")};
}

bool is_heartbeat(const Request& request) {
    return request.force_create_new_workflow_task() && request.commands().empty() &&
           request.messages().empty();
}

}  // namespace

Decision<WorkflowTaskCompletion> complete_workflow_task(const MutableState& state,
                                                        const Environment& environment,
                                                        const state::v1::TaskToken& token,
                                                        const Request& request) {
    if (!matches(state, token)) {
        return refuse<WorkflowTaskCompletion>(not_found("Workflow task not found."));
    }
    if (Status bad = check_sequence(request); !bad.ok()) {
        return refuse<WorkflowTaskCompletion>(std::move(bad));
    }
    const bool heartbeat = is_heartbeat(request);
    if (heartbeat) {
        if (auto expired = expire_heartbeat(state, environment, request)) {
            return std::move(*expired);
        }
    }
    Draft draft(state, environment);
    materialise_workflow_task(draft, request.identity());
    const std::int64_t since_ns = state.workflow_task()->original_scheduled_time_ns();
    const EventId completed_id = draft.state().next_event_id();
    add_completed_event(draft, request);
    draft.record(WorkflowTaskAttemptSet{1, 0});
    draft.record(CloseAttempted{false});
    set_stickiness(draft, request);

    CommandContext context{
        draft, completed_id, request.identity(), state.info().next_buffered_event(), {}};
    for (const auto& command : request.commands()) {
        if (const CommandOutcome refusal = handle_command(context, command)) {
            return refuse_command(state, environment, request, *refusal);
        }
    }
    WorkflowTaskCompletion reply;
    reply.heartbeat = heartbeat;
    if (draft.state().running()) {
        if (request.force_create_new_workflow_task() || !draft.state().buffered_events().empty()) {
            draft.need_workflow_task();
        }
        if (heartbeat) draft.continue_heartbeat(since_ns);
        if (request.return_new_workflow_task()) {
            draft.hand_next_workflow_task_to(
                {request.identity(), "request-from-RespondWorkflowTaskCompleted"});
        }
        start_eager_activities(draft, context);
    }
    Transition transition = std::move(draft).close();
    // Not one that was started for another worker that waits.
    reply.next_task_started =
        request.return_new_workflow_task() && transition.next.workflow_task_started();
    reply.activity_tasks =
        eager_activity_tasks(transition.next, context.eager_activities, environment.namespace_name);
    return {std::move(transition), std::move(reply)};
}

Decision<Nothing> fail_workflow_task(const MutableState& state, const Environment& environment,
                                     const state::v1::TaskToken& token,
                                     const api::RespondWorkflowTaskFailedRequest& request) {
    if (!state.running()) return refuse<Nothing>(workflow_closed());
    if (!matches(state, token)) return refuse<Nothing>(not_found("Workflow task not found."));
    Draft draft(state, environment);
    if (request.cause() == enums::WORKFLOW_TASK_FAILED_CAUSE_GRPC_MESSAGE_TOO_LARGE) {
        // The worker's answer can never arrive: going on would repeat it for ever.
        terminate_by_server(draft, "GrpcMessageTooLarge");
        return {std::move(draft).close(), Nothing{}};
    }
    WorkflowTaskFailure failed;
    failed.cause = request.cause();
    if (request.has_failure()) failed.failure = request.failure();
    failed.identity = request.identity();
    failed.binary_checksum = request.binary_checksum();
    write_workflow_task_failed(draft, failed);
    count_workflow_task_failure(draft);
    draft.need_workflow_task();
    return {std::move(draft).close(), Nothing{}};
}

}  // namespace server::workflow

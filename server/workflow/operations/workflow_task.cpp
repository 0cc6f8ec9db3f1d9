#include "server/workflow/operations/workflow_task.h"

#include <algorithm>
#include <cmath>

#include "server/workflow/events/identity.h"

namespace server::workflow {

namespace {

Status obsolete(const std::string& message) {
    return {Code::FailedPrecondition, message, TaskObsolete{}};
}

// From the fourth attempt on a task gets longer, since a worker that keeps failing lets it time out
// (events.md §3.8).
std::int64_t start_to_close_timeout_ns(const Draft& draft, std::int32_t attempt) {
    const std::int64_t base_ns = draft.state().start().workflow_task_timeout_ns();
    if (attempt < 4) return base_ns;
    constexpr double kLongest = 600e9;
    const double delay = std::min(kLongest, 5e9 * std::pow(2.0, attempt - 4));
    constexpr std::uint64_t kSteps = 1'000'000;
    const double jitter =
        static_cast<double>(draft.environment().random % kSteps) / static_cast<double>(kSteps);
    return base_ns + static_cast<std::int64_t>(0.8 * delay + 0.2 * delay * jitter);
}

void set_task_queue(const MutableState& state, bool sticky, taskqueue::TaskQueue& queue) {
    queue.set_name(sticky ? state.info().sticky_task_queue() : state.start().task_queue());
    queue.set_kind(sticky ? enums::TASK_QUEUE_KIND_STICKY : enums::TASK_QUEUE_KIND_NORMAL);
    if (sticky) queue.set_normal_name(state.start().task_queue());
}

void dispatch(Draft& draft) {
    const auto& scheduled = *draft.state().workflow_task();
    state::v1::Task task = draft.make_task();
    auto& kind = *task.mutable_dispatch_workflow_task();
    kind.set_task_queue(scheduled.task_queue());
    kind.set_sticky(scheduled.task_queue_kind() == enums::TASK_QUEUE_KIND_STICKY);
    kind.set_normal_task_queue(draft.state().start().task_queue());
    kind.set_scheduled_event_id(scheduled.scheduled_event_id());
    kind.set_attempt(scheduled.attempt());
    kind.set_stamp(scheduled.stamp());
    if (const auto timeout_ns = scheduled.schedule_to_start_timeout_ns(); timeout_ns > 0) {
        kind.set_expires_ns(scheduled.scheduled_time_ns() + timeout_ns);
    }
    draft.add_task(std::move(task));
}

// Why the started task suggests to continue as new; `started_id` is the id the Started event gets.
void suggest_continue_as_new(const Draft& draft, EventId started_id,
                             state::v1::WorkflowTask& task) {
    const Limits& limits = draft.environment().limits;
    if (task.history_size_bytes() >= limits.suggest_continue_as_new_size_bytes) {
        task.add_suggest_continue_as_new_reasons(
            enums::SUGGEST_CONTINUE_AS_NEW_REASON_HISTORY_SIZE_TOO_LARGE);
    }
    if (started_id >= limits.suggest_continue_as_new_events) {
        task.add_suggest_continue_as_new_reasons(
            enums::SUGGEST_CONTINUE_AS_NEW_REASON_TOO_MANY_HISTORY_EVENTS);
    }
    task.set_suggest_continue_as_new(task.suggest_continue_as_new_reasons_size() > 0);
}

HistoryEvent scheduled_event(const MutableState& state, const state::v1::WorkflowTask& task) {
    HistoryEvent event;
    event.set_event_type(enums::EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
    *event.mutable_event_time() = to_timestamp(task.scheduled_time_ns());
    auto& attributes = *event.mutable_workflow_task_scheduled_event_attributes();
    const bool sticky = task.task_queue_kind() == enums::TASK_QUEUE_KIND_STICKY;
    set_task_queue(state, sticky, *attributes.mutable_task_queue());
    *attributes.mutable_start_to_close_timeout() = to_duration(task.start_to_close_timeout_ns());
    attributes.set_attempt(task.attempt());
    return event;
}

HistoryEvent started_event(const state::v1::WorkflowTask& task, const std::string& identity) {
    HistoryEvent event;
    event.set_event_type(enums::EVENT_TYPE_WORKFLOW_TASK_STARTED);
    *event.mutable_event_time() = to_timestamp(task.started_time_ns());
    auto& attributes = *event.mutable_workflow_task_started_event_attributes();
    attributes.set_scheduled_event_id(task.scheduled_event_id());
    attributes.set_identity(identity);
    attributes.set_request_id(task.request_id());
    attributes.set_history_size_bytes(task.history_size_bytes());
    attributes.set_suggest_continue_as_new(task.suggest_continue_as_new());
    *attributes.mutable_suggest_continue_as_new_reasons() = task.suggest_continue_as_new_reasons();
    return event;
}

// Starts the pending task: writes its Started event, or keeps it virtual for a transient one.
void start_pending(Draft& draft, const std::string& request_id, const std::string& identity,
                   std::int64_t history_size_bytes) {
    state::v1::WorkflowTask task = *draft.state().workflow_task();
    const bool moved_on = task.scheduled_event_id() != draft.state().next_event_id();
    if (task.type() == state::v1::WorkflowTask::TRANSIENT && moved_on) {
        // Events were written since it was scheduled: it becomes a normal task at its first
        // attempt.
        draft.record(
            WorkflowTaskAttemptSet{1, draft.state().info().workflow_task_failures_in_row()});
        task.set_attempt(1);
        task.set_scheduled_time_ns(unix_nanos(draft.now()));
        draft.add(scheduled_event(draft.state(), task));
        task = *draft.state().workflow_task();
    }
    const bool transient = task.type() == state::v1::WorkflowTask::TRANSIENT;
    const EventId started_id =
        transient ? task.scheduled_event_id() + 1 : draft.state().next_event_id();
    task.set_history_size_bytes(history_size_bytes);
    suggest_continue_as_new(draft, started_id, task);
    task.set_request_id(request_id);
    task.set_identity(identity);
    task.set_started_time_ns(unix_nanos(draft.now()));
    task.set_started_event_id(started_id);
    if (!transient) draft.add(started_event(task, identity));
    draft.record(WorkflowTaskSet{std::move(task)});
}

// Its Started event stays the first worker's.
Transition take_over(const MutableState& state, const Environment& environment,
                     const WorkflowTaskStart& request) {
    Draft draft(state, environment);
    state::v1::WorkflowTask task = *state.workflow_task();
    task.set_request_id(request.request_id);
    task.set_identity(request.identity);
    draft.record(WorkflowTaskSet{std::move(task)});
    return std::move(draft).close();
}

}  // namespace

void schedule_workflow_task(Draft& draft, Dispatch how) {
    const bool buffered = !draft.state().buffered_events().empty();
    if (buffered) {
        draft.record(
            WorkflowTaskAttemptSet{1, draft.state().info().workflow_task_failures_in_row()});
        draft.flush_buffered_events();
    }
    const auto& info = draft.state().info();
    const bool sticky = draft.state().sticky();
    const bool transient = info.workflow_task_attempt() > 1;
    state::v1::WorkflowTask task;
    task.set_type(transient ? state::v1::WorkflowTask::TRANSIENT : state::v1::WorkflowTask::NORMAL);
    task.set_scheduled_event_id(draft.state().next_event_id());
    task.set_attempt(info.workflow_task_attempt());
    task.set_scheduled_time_ns(unix_nanos(draft.now()));
    task.set_original_scheduled_time_ns(
        draft.heartbeat_since_ns().value_or(task.scheduled_time_ns()));
    task.set_start_to_close_timeout_ns(start_to_close_timeout_ns(draft, task.attempt()));
    task.set_schedule_to_start_timeout_ns(sticky ? info.sticky_schedule_to_start_timeout_ns() : 0);
    task.set_task_queue(sticky ? info.sticky_task_queue() : draft.state().start().task_queue());
    task.set_task_queue_kind(sticky ? enums::TASK_QUEUE_KIND_STICKY
                                    : enums::TASK_QUEUE_KIND_NORMAL);
    task.set_stamp(info.workflow_task_stamp());
    if (!transient) draft.add(scheduled_event(draft.state(), task));
    draft.record(WorkflowTaskSet{std::move(task)});
    if (how == Dispatch::matching) dispatch(draft);
}

Decision<Nothing> start_workflow_task(const MutableState& state, const Environment& environment,
                                      const WorkflowTaskStart& request) {
    const state::v1::WorkflowTask* task = state.workflow_task();
    const bool gone = !state.running() || !task ||
                      task->scheduled_event_id() != request.scheduled_event_id ||
                      task->stamp() != request.stamp;
    if (gone) return refuse<Nothing>(not_found("Workflow task not found."));
    if (state.workflow_task_started()) {
        if (task->request_id() == request.request_id) return {std::nullopt, Nothing{}};
        if (!request.started_with.empty() && task->request_id() == request.started_with) {
            return {take_over(state, environment, request), Nothing{}};
        }
        return refuse<Nothing>(obsolete("Workflow task already started."));
    }
    Draft draft(state, environment);
    if (state.sticky() && request.task_queue != state.info().sticky_task_queue()) {
        draft.record(StickinessSet{""});
    }
    start_pending(draft, request.request_id, request.identity, state.info().history_size_bytes());
    return {std::move(draft).close(), Nothing{}};
}

void start_workflow_task_inline(Draft& draft, const NextWorker& worker,
                                std::int64_t history_size_bytes) {
    start_pending(draft, worker.request_id, worker.identity, history_size_bytes);
}

api::PollWorkflowTaskQueueResponse workflow_task_response(const MutableState& state) {
    const state::v1::WorkflowTask& task = *state.workflow_task();
    api::PollWorkflowTaskQueueResponse response;
    response.set_task_token(workflow_task_token(state).SerializeAsString());
    response.mutable_workflow_execution()->set_workflow_id(state.run().workflow_id);
    response.mutable_workflow_execution()->set_run_id(state.run().run_id);
    response.mutable_workflow_type()->set_name(state.start().workflow_type());
    response.set_previous_started_event_id(
        state.info().last_completed_workflow_task_started_event_id());
    response.set_started_event_id(task.started_event_id());
    response.set_attempt(task.attempt());
    set_task_queue(state, false, *response.mutable_workflow_execution_task_queue());
    *response.mutable_scheduled_time() = to_timestamp(task.scheduled_time_ns());
    *response.mutable_started_time() = to_timestamp(task.started_time_ns());
    return response;
}

std::vector<HistoryEvent> transient_events(const MutableState& state) {
    const state::v1::WorkflowTask* task = state.workflow_task();
    if (!task || task->type() != state::v1::WorkflowTask::TRANSIENT) return {};
    if (task->scheduled_event_id() != state.next_event_id()) return {};
    std::vector<HistoryEvent> events;
    events.push_back(scheduled_event(state, *task));
    events.back().set_event_id(task->scheduled_event_id());
    if (task->started_event_id() != kNoEvent) {
        events.push_back(started_event(*task, task->identity()));
        events.back().set_event_id(task->started_event_id());
    }
    return events;
}

state::v1::TaskToken workflow_task_token(const MutableState& state) {
    const state::v1::WorkflowTask& task = *state.workflow_task();
    state::v1::TaskToken token;
    token.set_namespace_id(state.run().namespace_id);
    token.set_workflow_id(state.run().workflow_id);
    token.set_run_id(state.run().run_id);
    token.set_scheduled_event_id(task.scheduled_event_id());
    token.set_started_event_id(task.started_event_id());
    token.set_started_time_ns(task.started_time_ns());
    token.set_attempt(task.attempt());
    return token;
}

void materialise_workflow_task(Draft& draft, const std::string& identity) {
    state::v1::WorkflowTask task = *draft.state().workflow_task();
    if (task.type() != state::v1::WorkflowTask::TRANSIENT) return;
    draft.add(scheduled_event(draft.state(), task));
    draft.add(started_event(task, identity));
    task.set_type(state::v1::WorkflowTask::NORMAL);
    task.set_identity(identity);
    draft.record(WorkflowTaskSet{std::move(task)});
}

void count_workflow_task_failure(Draft& draft) {
    const auto& info = draft.state().info();
    const std::int32_t failures = info.workflow_task_failures_in_row();
    draft.record(CloseAttempted{false});
    if (draft.state().sticky()) {
        draft.record(StickinessSet{""});
        draft.record(WorkflowTaskAttemptSet{1, failures});
    } else {
        draft.record(WorkflowTaskAttemptSet{info.workflow_task_attempt() + 1, failures + 1});
    }
}

void write_workflow_task_failed(Draft& draft, const WorkflowTaskFailure& failure) {
    const state::v1::WorkflowTask task = *draft.state().workflow_task();
    if (task.type() == state::v1::WorkflowTask::TRANSIENT) {
        draft.record(WorkflowTaskCleared{});
        return;
    }
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_WORKFLOW_TASK_FAILED);
    auto& attributes = *event.mutable_workflow_task_failed_event_attributes();
    attributes.set_scheduled_event_id(task.scheduled_event_id());
    attributes.set_started_event_id(task.started_event_id());
    attributes.set_cause(failure.cause);
    if (failure.failure) *attributes.mutable_failure() = *failure.failure;
    attributes.set_identity(failure.identity);
    attributes.set_binary_checksum(failure.binary_checksum);
    draft.add(std::move(event));
}

void end_workflow_task_by_force(Draft& draft) {
    if (!draft.state().workflow_task_started()) return;
    WorkflowTaskFailure failure;
    failure.cause = enums::WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND;
    failure.identity = kHistoryIdentity;
    write_workflow_task_failed(draft, failure);
    count_workflow_task_failure(draft);
}

void time_out_workflow_task(Draft& draft, enums::TimeoutType type) {
    const state::v1::WorkflowTask task = *draft.state().workflow_task();
    if (task.type() == state::v1::WorkflowTask::TRANSIENT) {
        draft.record(WorkflowTaskCleared{});
    } else {
        HistoryEvent event = draft.make_event(enums::EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT);
        auto& attributes = *event.mutable_workflow_task_timed_out_event_attributes();
        attributes.set_scheduled_event_id(task.scheduled_event_id());
        attributes.set_started_event_id(task.started_event_id());
        attributes.set_timeout_type(type);
        draft.add(std::move(event));
    }
    if (type == enums::TIMEOUT_TYPE_START_TO_CLOSE) {
        count_workflow_task_failure(draft);
    } else {
        draft.record(StickinessSet{""});
        draft.record(
            WorkflowTaskAttemptSet{1, draft.state().info().workflow_task_failures_in_row()});
    }
    draft.need_workflow_task();
}

Decision<Nothing> reset_stickiness(const MutableState& state, const Environment& environment) {
    if (!state.running()) return refuse<Nothing>(not_found("workflow execution already completed"));
    if (!state.sticky()) return {std::nullopt, Nothing{}};
    Draft draft(state, environment);
    draft.record(StickinessSet{""});
    return {std::move(draft).close(), Nothing{}};
}

}  // namespace server::workflow

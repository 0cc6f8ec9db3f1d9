#include "server/workflow/operations/due.h"

#include <algorithm>

#include "server/workflow/operations/activity.h"
#include "server/workflow/operations/child.h"
#include "server/workflow/operations/deletion.h"
#include "server/workflow/operations/successor.h"
#include "server/workflow/operations/workflow_task.h"

namespace server::workflow {

namespace {

TimePoint workflow_task_due(const MutableState& state) {
    const state::v1::WorkflowTask* task = state.workflow_task();
    if (!task) {
        if (awaits_release(state)) return kNever;
        return state.info().workflow_task_ever_scheduled()
                   ? kNever
                   : from_unix_nanos(state.start().execution_time_ns());  // first backoff
    }
    if (state.workflow_task_started()) {
        return from_unix_nanos(task->started_time_ns() + task->start_to_close_timeout_ns());
    }
    if (task->schedule_to_start_timeout_ns() == 0) return kNever;
    return from_unix_nanos(task->scheduled_time_ns() + task->schedule_to_start_timeout_ns());
}

TimePoint run_expiration(const MutableState& state) {
    const std::int64_t expiration_ns = state.start().run_expiration_ns();
    return expiration_ns == 0 ? kNever : from_unix_nanos(expiration_ns);
}

TimePoint own_due(const MutableState& state) {
    return std::min(workflow_task_due(state), run_expiration(state));
}

failure::Failure run_timeout_failure() {
    failure::Failure failure;
    failure.set_message("workflow timeout");
    failure.set_source("Server");
    failure.mutable_timeout_failure_info()->set_timeout_type(enums::TIMEOUT_TYPE_START_TO_CLOSE);
    return failure;
}

void time_out_run(Draft& draft) {
    const auto& start = draft.state().start();
    end_workflow_task_by_force(draft);
    draft.flush_buffered_events();
    const bool whole_execution = start.execution_expiration_ns() != 0 &&
                                 from_unix_nanos(start.execution_expiration_ns()) <= draft.now();
    const failure::Failure failure = run_timeout_failure();
    Succession succession;
    succession.retry_state = enums::RETRY_STATE_TIMEOUT;
    if (!whole_execution) succession = after_failure(draft, failure);
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT);
    auto& timed_out = *event.mutable_workflow_execution_timed_out_event_attributes();
    timed_out.set_retry_state(succession.retry_state);
    timed_out.set_new_execution_run_id(succession.new_run_id);
    draft.add(std::move(event));
    Legacy legacy;
    legacy.failure = &failure;
    add_successor(draft, succession, legacy);
}

void fire_timer(Draft& draft, const std::string& timer_id) {
    const state::v1::Timer* timer = draft.state().timers().find(timer_id);
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_TIMER_FIRED);
    auto& fired = *event.mutable_timer_fired_event_attributes();
    fired.set_timer_id(timer_id);
    fired.set_started_event_id(timer->started_event_id());
    draft.add(std::move(event));
    draft.need_workflow_task();
}

void fire_workflow_task(Draft& draft) {
    if (!draft.state().workflow_task())
        return draft.need_workflow_task();  // the first backoff is over
    time_out_workflow_task(draft, draft.state().workflow_task_started()
                                      ? enums::TIMEOUT_TYPE_START_TO_CLOSE
                                      : enums::TIMEOUT_TYPE_SCHEDULE_TO_START);
}

}  // namespace

TimePoint next_due(const MutableState& state) {
    if (!state.running()) return deletion_due(state);
    return std::min(own_due(state), state.earliest_item_due());
}

TimePoint due_to_store(const MutableState& overlay, TimePoint base_due) {
    if (!overlay.running()) return deletion_due(overlay);
    TimePoint due = std::min(base_due, own_due(overlay));
    for (const auto& [id, activity] : overlay.activities().changes()) {
        if (activity) due = std::min(due, due_time(*activity));
    }
    for (const auto& [id, timer] : overlay.timers().changes()) {
        if (timer) due = std::min(due, due_time(*timer));
    }
    return due == kNever ? kNever : TimePoint{std::chrono::floor<std::chrono::minutes>(due)};
}

bool needs_started_event(const MutableState& state, TimePoint now) {
    return state.running() && may_have_successor(state) && run_expiration(state) <= now;
}

Decision<Nothing> fire_due(const MutableState& state, const Environment& environment) {
    if (!state.running() || next_due(state) > environment.now) return {std::nullopt, Nothing{}};
    const bool expired = run_expiration(state) <= environment.now;
    // It expired while the caller was looking: the next look brings what its successor needs.
    if (expired && needs_started_event(state, environment.now) && !environment.started_event) {
        return {std::nullopt, Nothing{}};
    }
    Draft draft(state, environment);
    if (expired) {
        time_out_run(draft);
        return {std::move(draft).close(), Nothing{}};
    }
    if (workflow_task_due(state) <= environment.now) fire_workflow_task(draft);
    for (const Due& due : state.due_items(environment.now)) {
        switch (due.kind) {
        case Due::Kind::timer: fire_timer(draft, due.key); break;
        case Due::Kind::activity: fire_activity(draft, std::stoll(due.key)); break;
        }
    }
    return {std::move(draft).close(), Nothing{}};
}

}  // namespace server::workflow

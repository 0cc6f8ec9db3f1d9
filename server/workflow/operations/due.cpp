#include "server/workflow/operations/due.h"

#include <algorithm>

#include "server/workflow/operations/activity.h"
#include "server/workflow/operations/child.h"
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

void time_out_run(Draft& draft) {
    const auto& start = draft.state().start();
    end_workflow_task_by_force(draft);
    draft.flush_buffered_events();
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT);
    const bool whole_execution = start.execution_expiration_ns() != 0 &&
                                 from_unix_nanos(start.execution_expiration_ns()) <= draft.now();
    event.mutable_workflow_execution_timed_out_event_attributes()->set_retry_state(
        whole_execution ? enums::RETRY_STATE_TIMEOUT : enums::RETRY_STATE_RETRY_POLICY_NOT_SET);
    draft.add(std::move(event));
    draft.record(RetentionSet{draft.environment().retention.count()});
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
    return state.running() ? std::min(own_due(state), state.earliest_item_due()) : kNever;
}

TimePoint due_to_store(const MutableState& overlay, TimePoint base_due) {
    if (!overlay.running()) return kNever;
    TimePoint due = std::min(base_due, own_due(overlay));
    for (const auto& [id, activity] : overlay.activities().changes()) {
        if (activity) due = std::min(due, due_time(*activity));
    }
    for (const auto& [id, timer] : overlay.timers().changes()) {
        if (timer) due = std::min(due, due_time(*timer));
    }
    return due == kNever ? kNever : TimePoint{std::chrono::floor<std::chrono::minutes>(due)};
}

Decision<Nothing> fire_due(const MutableState& state, const Environment& environment) {
    if (next_due(state) > environment.now) return {std::nullopt, Nothing{}};
    Draft draft(state, environment);
    if (run_expiration(state) <= environment.now) {
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

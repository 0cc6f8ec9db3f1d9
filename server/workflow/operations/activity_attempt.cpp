#include "server/workflow/operations/activity_attempt.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "server/workflow/operations/activity.h"

namespace server::workflow {

namespace {

constexpr const char* kOutOfTime =
    "Not enough time to schedule next retry before activity ScheduleToClose timeout, giving up "
    "retrying";

// A failure that the run's state can afford to keep until the next attempt.
failure::Failure bounded(const failure::Failure& failure, std::size_t size_bytes_max) {
    if (failure.ByteSizeLong() <= size_bytes_max) return failure;
    failure::Failure bounded;
    bounded.set_message("Failure exceeds size limit.");
    bounded.mutable_server_failure_info();
    auto& cause = *bounded.mutable_cause();
    cause.set_message(failure.message().substr(0, size_bytes_max / 2));
    cause.set_source(failure.source());
    if (failure.has_application_failure_info()) {
        cause.mutable_application_failure_info()->set_type(
            failure.application_failure_info().type().substr(0, size_bytes_max / 4));
    }
    return bounded;
}

std::string timeout_name(enums::TimeoutType type) {
    switch (type) {
    case enums::TIMEOUT_TYPE_START_TO_CLOSE: return "StartToClose";
    case enums::TIMEOUT_TYPE_SCHEDULE_TO_START: return "ScheduleToStart";
    case enums::TIMEOUT_TYPE_SCHEDULE_TO_CLOSE: return "ScheduleToClose";
    case enums::TIMEOUT_TYPE_HEARTBEAT: return "Heartbeat";
    default: return "Unknown";
    }
}

failure::Failure timeout_failure(const state::v1::Activity& activity, enums::TimeoutType type,
                                 const std::string& message) {
    failure::Failure failure;
    failure.set_message(message);
    failure.set_source("Server");
    auto& info = *failure.mutable_timeout_failure_info();
    info.set_timeout_type(type);
    if (activity.has_heartbeat_details()) {
        *info.mutable_last_heartbeat_details() = activity.heartbeat_details();
    }
    if (activity.has_last_failure()) *failure.mutable_cause() = activity.last_failure();
    return failure;
}

void close_timed_out(Draft& draft, const state::v1::Activity& activity,
                     const failure::Failure& failure, enums::RetryState retry_state) {
    add_activity_started(draft, activity);
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT);
    auto& timed_out = *event.mutable_activity_task_timed_out_event_attributes();
    *timed_out.mutable_failure() = failure;
    timed_out.set_scheduled_event_id(activity.scheduled_event_id());
    timed_out.set_started_event_id(activity.started_time_ns() != 0 ? kBufferedEvent : kNoEvent);
    timed_out.set_retry_state(retry_state);
    draft.add(std::move(event));
    draft.need_workflow_task();
}

struct Deadline {
    TimePoint time;
    enums::TimeoutType type;
    auto operator<=>(const Deadline&) const = default;
};

// The earliest deadline that has passed; equal times go by the number of the timeout type.
std::optional<Deadline> expired_deadline(const state::v1::Activity& activity, TimePoint now) {
    std::vector<Deadline> deadlines;
    const auto consider = [&](std::int64_t base_ns, std::int64_t timeout_ns,
                              enums::TimeoutType type) {
        if (timeout_ns <= 0) return;
        const TimePoint time = saturating_add(from_unix_nanos(base_ns), Duration{timeout_ns});
        if (time <= now) deadlines.push_back({time, type});
    };
    if (activity.expiration_ns() != 0 && from_unix_nanos(activity.expiration_ns()) <= now) {
        deadlines.push_back(
            {from_unix_nanos(activity.expiration_ns()), enums::TIMEOUT_TYPE_SCHEDULE_TO_CLOSE});
    }
    if (activity.started_time_ns() == 0) {
        consider(activity.scheduled_time_ns(), activity.schedule_to_start_timeout_ns(),
                 enums::TIMEOUT_TYPE_SCHEDULE_TO_START);
    } else {
        consider(activity.started_time_ns(), activity.start_to_close_timeout_ns(),
                 enums::TIMEOUT_TYPE_START_TO_CLOSE);
        consider(std::max(activity.started_time_ns(), activity.last_heartbeat_time_ns()),
                 activity.heartbeat_timeout_ns(), enums::TIMEOUT_TYPE_HEARTBEAT);
    }
    if (deadlines.empty()) return std::nullopt;
    return *std::min_element(deadlines.begin(), deadlines.end());
}

void time_out_activity(Draft& draft, const state::v1::Activity& activity, enums::TimeoutType type) {
    failure::Failure failure = timeout_failure(activity, type,
                                               type == enums::TIMEOUT_TYPE_SCHEDULE_TO_CLOSE
                                                   ? kOutOfTime
                                                   : "activity " + timeout_name(type) + " timeout");
    RetryVerdict verdict{enums::RETRY_STATE_TIMEOUT, {}};
    const bool may_retry =
        type == enums::TIMEOUT_TYPE_START_TO_CLOSE || type == enums::TIMEOUT_TYPE_HEARTBEAT;
    if (may_retry) verdict = judge_activity_retry(activity, failure, draft.now());
    if (verdict.state == enums::RETRY_STATE_IN_PROGRESS) {
        // What the next attempt's Started event shows as last failure has no cause of its own.
        failure.clear_cause();
        return retry_activity(draft, activity, failure, verdict.interval);
    }
    if (may_retry && verdict.state == enums::RETRY_STATE_TIMEOUT) {
        // The attempt timed out and no further one fits: the activity as a whole is out of time.
        state::v1::Activity last = activity;
        *last.mutable_last_failure() = failure;
        last.mutable_last_failure()->clear_cause();
        failure = timeout_failure(last, enums::TIMEOUT_TYPE_SCHEDULE_TO_CLOSE, kOutOfTime);
    }
    close_timed_out(draft, activity, failure, verdict.state);
}

}  // namespace

void dispatch_activity(Draft& draft, EventId scheduled_event_id) {
    const state::v1::Activity& activity = *draft.state().activities().find(scheduled_event_id);
    state::v1::Task task = draft.make_task();
    auto& kind = *task.mutable_dispatch_activity_task();
    kind.set_task_queue(activity.task_queue());
    kind.set_scheduled_event_id(scheduled_event_id);
    kind.set_attempt(activity.attempt());
    kind.set_stamp(activity.stamp());
    if (activity.schedule_to_start_timeout_ns() > 0) {
        kind.set_expires_ns(activity.scheduled_time_ns() + activity.schedule_to_start_timeout_ns());
    }
    if (activity.has_priority()) *kind.mutable_priority() = activity.priority();
    draft.add_task(std::move(task));
}

void add_activity_started(Draft& draft, const state::v1::Activity& activity) {
    if (activity.started_time_ns() == 0) return;
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_ACTIVITY_TASK_STARTED);
    *event.mutable_event_time() = to_timestamp(activity.started_time_ns());
    auto& started = *event.mutable_activity_task_started_event_attributes();
    started.set_scheduled_event_id(activity.scheduled_event_id());
    started.set_identity(activity.started_identity());
    started.set_request_id(activity.started_request_id());
    started.set_attempt(activity.attempt());
    if (activity.has_last_failure()) *started.mutable_last_failure() = activity.last_failure();
    draft.add(std::move(event));
}

RetryVerdict judge_activity_retry(const state::v1::Activity& activity,
                                  const failure::Failure& failure, TimePoint now) {
    if (!activity.has_retry_policy()) return {enums::RETRY_STATE_RETRY_POLICY_NOT_SET, {}};
    if (activity.cancel_requested()) return {enums::RETRY_STATE_CANCEL_REQUESTED, {}};
    RetryQuestion question{
        activity.retry_policy(), activity.attempt(), failure, now, kNever, false};
    if (activity.expiration_ns() != 0) {
        question.expiration = from_unix_nanos(activity.expiration_ns());
    }
    return judge_retry(question);
}

void retry_activity(Draft& draft, state::v1::Activity activity, const failure::Failure& failure,
                    Duration interval) {
    activity.set_attempt(activity.attempt() + 1);
    activity.set_scheduled_time_ns(unix_nanos(saturating_add(draft.now(), interval)));
    activity.set_started_time_ns(0);
    activity.clear_started_request_id();
    activity.clear_started_identity();
    *activity.mutable_last_failure() =
        bounded(failure, draft.environment().limits.failure_size_bytes_max);
    activity.set_dispatch_due(true);
    draft.record(ActivitySet{std::move(activity)});
}

void close_activity_failed(Draft& draft, const state::v1::Activity& activity,
                           const failure::Failure& failure, enums::RetryState retry_state,
                           const std::string& identity) {
    add_activity_started(draft, activity);
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_ACTIVITY_TASK_FAILED);
    auto& failed = *event.mutable_activity_task_failed_event_attributes();
    *failed.mutable_failure() = failure;
    failed.set_scheduled_event_id(activity.scheduled_event_id());
    failed.set_started_event_id(kBufferedEvent);
    failed.set_identity(identity);
    failed.set_retry_state(retry_state);
    draft.add(std::move(event));
    draft.need_workflow_task();
}

void fire_activity(Draft& draft, EventId scheduled_event_id) {
    const state::v1::Activity* found = draft.state().activities().find(scheduled_event_id);
    if (!found) return;
    const state::v1::Activity activity = *found;
    if (const auto deadline = expired_deadline(activity, draft.now())) {
        return time_out_activity(draft, activity, deadline->type);
    }
    const bool ready = activity.dispatch_due() && activity.started_time_ns() == 0 &&
                       from_unix_nanos(activity.scheduled_time_ns()) <= draft.now();
    if (!ready) return;
    state::v1::Activity dispatched = activity;
    dispatched.set_dispatch_due(false);
    draft.record(ActivitySet{std::move(dispatched)});
    dispatch_activity(draft, scheduled_event_id);
}

}  // namespace server::workflow

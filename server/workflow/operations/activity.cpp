#include "server/workflow/operations/activity.h"

#include <algorithm>

#include "server/base/mutant.h"
#include "server/workflow/backoff/retry.h"
#include "server/workflow/operations/activity_attempt.h"
#include "server/workflow/operations/external.h"
#include "server/workflow/operations/priority.h"

namespace server::workflow {

namespace {

Status activity_gone() {
    return not_found(
        "invalid activityID or activity already timed out or invoking workflow is completed");
}

}  // namespace

Decision<Nothing> start_activity(const MutableState& state, const Environment& environment,
                                 const ActivityStart& request) {
    const state::v1::Activity* activity = state.activities().find(request.scheduled_event_id);
    const bool gone = !state.running() || !activity || activity->stamp() != request.stamp;
    if (gone) return refuse<Nothing>(not_found("Activity task not found."));
    if (activity->started_time_ns() != 0) {
        if (activity->started_request_id() == request.request_id) return {std::nullopt, Nothing{}};
        const bool is_taken_over = !request.started_with.empty() &&
                                   (activity->started_request_id() == request.started_with ||
                                    mutant("started_task_for_two"));
        if (!is_taken_over) {
            return refuse<Nothing>(
                {Code::FailedPrecondition, "Activity task already started.", TaskObsolete{}});
        }
    }
    if (activity->scheduled_time_ns() > unix_nanos(environment.now)) {
        return refuse<Nothing>(
            {Code::FailedPrecondition, "Activity task of an earlier attempt.", TaskObsolete{}});
    }
    Draft draft(state, environment);
    start_activity_inline(draft, request.scheduled_event_id,
                          {request.identity, request.request_id});
    return {std::move(draft).close(), Nothing{}};
}

void start_activity_inline(Draft& draft, EventId scheduled_event_id, const NextWorker& worker) {
    state::v1::Activity started = *draft.state().activities().find(scheduled_event_id);
    started.set_started_time_ns(unix_nanos(draft.now()));
    started.set_started_request_id(worker.request_id);
    started.set_started_identity(worker.identity);
    started.set_last_worker_identity(worker.identity);
    started.set_dispatch_due(false);
    draft.record(ActivitySet{std::move(started)});
}

api::PollActivityTaskQueueResponse activity_task_response(const MutableState& state,
                                                          const state::v1::Activity& activity,
                                                          const HistoryEvent& scheduled,
                                                          const std::string& namespace_name) {
    const auto& attributes = scheduled.activity_task_scheduled_event_attributes();
    state::v1::TaskToken token;
    token.set_namespace_id(state.run().namespace_id);
    token.set_workflow_id(state.run().workflow_id);
    token.set_run_id(state.run().run_id);
    token.set_scheduled_event_id(activity.scheduled_event_id());
    token.set_attempt(activity.attempt());
    token.set_activity_id(activity.activity_id());
    token.set_activity_type(activity.activity_type());

    api::PollActivityTaskQueueResponse response;
    response.set_task_token(token.SerializeAsString());
    response.set_workflow_namespace(namespace_name);
    response.mutable_workflow_type()->set_name(state.start().workflow_type());
    response.mutable_workflow_execution()->set_workflow_id(state.run().workflow_id);
    response.mutable_workflow_execution()->set_run_id(state.run().run_id);
    *response.mutable_activity_type() = attributes.activity_type();
    response.set_activity_id(activity.activity_id());
    if (attributes.has_header()) *response.mutable_header() = attributes.header();
    if (attributes.has_input()) *response.mutable_input() = attributes.input();
    if (activity.has_heartbeat_details()) {
        *response.mutable_heartbeat_details() = activity.heartbeat_details();
    }
    *response.mutable_scheduled_time() = to_timestamp(activity.first_scheduled_time_ns());
    *response.mutable_current_attempt_scheduled_time() = to_timestamp(activity.scheduled_time_ns());
    *response.mutable_started_time() = to_timestamp(activity.started_time_ns());
    response.set_attempt(activity.attempt());
    // Workers insist on all timeouts, zero included (reference ecosystem.md §0.5).
    *response.mutable_schedule_to_close_timeout() =
        to_duration(activity.schedule_to_close_timeout_ns());
    *response.mutable_start_to_close_timeout() = to_duration(activity.start_to_close_timeout_ns());
    *response.mutable_heartbeat_timeout() = to_duration(activity.heartbeat_timeout_ns());
    *response.mutable_retry_policy() = activity.retry_policy();
    const auto priority = merge_priority(state.attributes().priority(), activity.priority());
    if (priority.ByteSizeLong() > 0) *response.mutable_priority() = priority;
    return response;
}

Result<state::v1::Activity> find_by_token(const MutableState& state,
                                          const state::v1::TaskToken& token, bool must_be_started) {
    if (!state.running()) return workflow_closed();
    const bool by_id = token.scheduled_event_id() == kNoEvent;
    const state::v1::Activity* activity = by_id
                                              ? state.find_activity(token.activity_id())
                                              : state.activities().find(token.scheduled_event_id());
    if (!activity && by_id) {
        return not_found("cannot find pending activity with ActivityID " + token.activity_id() +
                         ", check workflow execution history for more details");
    }
    if (!activity) return activity_gone();
    if (!by_id && activity->attempt() != token.attempt()) return activity_gone();
    if (must_be_started && activity->started_time_ns() == 0) return activity_gone();
    return *activity;
}

Decision<Nothing> complete_activity(const MutableState& state, const Environment& environment,
                                    const state::v1::TaskToken& token,
                                    const api::RespondActivityTaskCompletedRequest& request) {
    const bool by_id = token.scheduled_event_id() == kNoEvent;
    auto found = find_by_token(state, token, !by_id);
    if (!found.ok()) return refuse<Nothing>(found.status());
    state::v1::Activity activity = std::move(found).value();
    if (request.result().ByteSizeLong() > environment.limits.blob_size_bytes_max) {
        failure::Failure failure;
        failure.set_message("Complete result exceeds size limit.");
        failure.mutable_server_failure_info()->set_non_retryable(true);
        Draft draft(state, environment);
        close_activity_failed(draft, activity, failure, enums::RETRY_STATE_NON_RETRYABLE_FAILURE,
                              request.identity());
        return {std::move(draft).close(), Nothing{}};
    }
    Draft draft(state, environment);
    if (activity.started_time_ns() == 0) {
        // Completed by id before any worker took it: a start by the completer is made up.
        activity.set_started_time_ns(unix_nanos(environment.now));
        activity.set_started_request_id("");
        activity.set_started_identity(request.identity());
    }
    add_activity_started(draft, activity);
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_ACTIVITY_TASK_COMPLETED);
    auto& completed = *event.mutable_activity_task_completed_event_attributes();
    if (request.has_result()) *completed.mutable_result() = request.result();
    completed.set_scheduled_event_id(activity.scheduled_event_id());
    completed.set_started_event_id(kBufferedEvent);
    completed.set_identity(request.identity());
    draft.add(std::move(event));
    draft.need_workflow_task();
    return {std::move(draft).close(), Nothing{}};
}

Decision<Nothing> fail_activity(const MutableState& state, const Environment& environment,
                                const state::v1::TaskToken& token,
                                const api::RespondActivityTaskFailedRequest& request) {
    auto found = find_by_token(state, token, true);
    if (!found.ok()) return refuse<Nothing>(found.status());
    state::v1::Activity activity = std::move(found).value();
    if (request.has_last_heartbeat_details()) {
        *activity.mutable_heartbeat_details() = request.last_heartbeat_details();
        activity.set_last_heartbeat_time_ns(unix_nanos(environment.now));
    }
    Draft draft(state, environment);
    activity.set_last_attempt_complete_time_ns(unix_nanos(environment.now));
    const RetryVerdict verdict = judge_activity_retry(activity, request.failure(), environment.now);
    if (verdict.state == enums::RETRY_STATE_IN_PROGRESS) {
        retry_activity(draft, std::move(activity), request.failure(), verdict.interval);
    } else {
        close_activity_failed(draft, activity, request.failure(), verdict.state,
                              request.identity());
    }
    return {std::move(draft).close(), Nothing{}};
}

Decision<Nothing> cancel_activity(const MutableState& state, const Environment& environment,
                                  const state::v1::TaskToken& token,
                                  const api::RespondActivityTaskCanceledRequest& request) {
    auto found = find_by_token(state, token, true);
    if (!found.ok()) return refuse<Nothing>(found.status());
    const state::v1::Activity& activity = found.value();
    if (!activity.cancel_requested()) {
        return refuse<Nothing>(invalid_argument(
            "unable to mark activity as canceled without activity being request canceled first"));
    }
    Draft draft(state, environment);
    add_activity_started(draft, activity);
    HistoryEvent event = draft.make_event(enums::EVENT_TYPE_ACTIVITY_TASK_CANCELED);
    auto& canceled = *event.mutable_activity_task_canceled_event_attributes();
    if (request.has_details()) *canceled.mutable_details() = request.details();
    canceled.set_latest_cancel_requested_event_id(activity.cancel_requested_event_id());
    canceled.set_scheduled_event_id(activity.scheduled_event_id());
    canceled.set_started_event_id(kBufferedEvent);
    canceled.set_identity(request.identity());
    draft.add(std::move(event));
    draft.need_workflow_task();
    return {std::move(draft).close(), Nothing{}};
}

Decision<HeartbeatReply> heartbeat(const MutableState& state, const Environment& environment,
                                   const state::v1::TaskToken& token,
                                   const api::RecordActivityTaskHeartbeatRequest& request) {
    auto found = find_by_token(state, token, true);
    if (!found.ok()) return refuse<HeartbeatReply>(found.status());
    state::v1::Activity activity = std::move(found).value();
    HeartbeatReply reply{activity.cancel_requested()};
    Draft draft(state, environment);
    if (request.details().ByteSizeLong() > environment.limits.blob_size_bytes_max) {
        failure::Failure failure;
        failure.set_message("Heartbeat details exceed size limit.");
        failure.mutable_server_failure_info()->set_non_retryable(true);
        close_activity_failed(draft, activity, failure, enums::RETRY_STATE_NON_RETRYABLE_FAILURE,
                              request.identity());
        reply.cancel_requested = true;
        return {std::move(draft).close(), reply};
    }
    if (request.has_details()) *activity.mutable_heartbeat_details() = request.details();
    activity.set_last_heartbeat_time_ns(unix_nanos(environment.now));
    activity.set_last_worker_identity(request.identity());
    draft.record(ActivitySet{std::move(activity)});
    return {std::move(draft).close(), reply};
}

}  // namespace server::workflow

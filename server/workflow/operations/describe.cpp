#include "server/workflow/operations/describe.h"

namespace server::workflow {

namespace {

namespace workflowpb = ::temporal::api::workflow::v1;

enums::PendingActivityState pending_state(const state::v1::Activity& activity) {
    if (activity.cancel_requested()) return enums::PENDING_ACTIVITY_STATE_CANCEL_REQUESTED;
    return activity.started_time_ns() != 0 ? enums::PENDING_ACTIVITY_STATE_STARTED
                                           : enums::PENDING_ACTIVITY_STATE_SCHEDULED;
}

workflowpb::PendingActivityInfo describe_activity(const state::v1::Activity& activity,
                                                  TimePoint now) {
    workflowpb::PendingActivityInfo info;
    info.set_activity_id(activity.activity_id());
    info.mutable_activity_type()->set_name(activity.activity_type());
    info.set_state(pending_state(activity));
    info.set_attempt(activity.attempt());
    info.set_maximum_attempts(activity.retry_policy().maximum_attempts());
    *info.mutable_scheduled_time() = to_timestamp(activity.scheduled_time_ns());
    if (activity.started_time_ns() != 0) {
        *info.mutable_last_started_time() = to_timestamp(activity.started_time_ns());
    }
    info.set_last_worker_identity(activity.last_worker_identity());
    if (activity.last_heartbeat_time_ns() != 0) {
        *info.mutable_last_heartbeat_time() = to_timestamp(activity.last_heartbeat_time_ns());
        if (activity.has_heartbeat_details()) {
            *info.mutable_heartbeat_details() = activity.heartbeat_details();
        }
    }
    if (activity.expiration_ns() != 0) {
        *info.mutable_expiration_time() = to_timestamp(activity.expiration_ns());
    }
    if (activity.has_last_failure()) *info.mutable_last_failure() = activity.last_failure();
    if (activity.last_attempt_complete_time_ns() != 0) {
        *info.mutable_last_attempt_complete_time() =
            to_timestamp(activity.last_attempt_complete_time_ns());
    }
    const bool waits =
        activity.started_time_ns() == 0 && from_unix_nanos(activity.scheduled_time_ns()) > now;
    if (waits) {
        *info.mutable_next_attempt_schedule_time() = to_timestamp(activity.scheduled_time_ns());
        *info.mutable_current_retry_interval() =
            to_duration(activity.scheduled_time_ns() - activity.last_attempt_complete_time_ns());
    }
    auto& options = *info.mutable_activity_options();
    options.mutable_task_queue()->set_name(activity.task_queue());
    *options.mutable_schedule_to_close_timeout() =
        to_duration(activity.schedule_to_close_timeout_ns());
    *options.mutable_schedule_to_start_timeout() =
        to_duration(activity.schedule_to_start_timeout_ns());
    *options.mutable_start_to_close_timeout() = to_duration(activity.start_to_close_timeout_ns());
    *options.mutable_heartbeat_timeout() = to_duration(activity.heartbeat_timeout_ns());
    *options.mutable_retry_policy() = activity.retry_policy();
    options.mutable_retry_policy()->clear_non_retryable_error_types();
    if (activity.has_priority()) *info.mutable_priority() = activity.priority();
    return info;
}

workflowpb::WorkflowExecutionInfo describe_run(const MutableState& state) {
    const auto& start = state.start();
    const auto& attributes = state.attributes();
    workflowpb::WorkflowExecutionInfo info;
    info.mutable_execution()->set_workflow_id(state.run().workflow_id);
    info.mutable_execution()->set_run_id(state.run().run_id);
    info.mutable_type()->set_name(start.workflow_type());
    *info.mutable_start_time() = to_timestamp(start.start_time_ns());
    *info.mutable_execution_time() = to_timestamp(start.execution_time_ns());
    info.set_status(state.info().status());
    info.set_history_length(state.next_event_id() - 1);
    info.set_history_size_bytes(state.info().history_size_bytes());
    info.set_state_transition_count(state.info().state_transition_count());
    info.set_task_queue(start.task_queue());
    info.set_first_run_id(start.first_execution_run_id());
    if (state.info().close_time_ns() != 0) {
        *info.mutable_close_time() = to_timestamp(state.info().close_time_ns());
        *info.mutable_execution_duration() =
            to_duration(state.info().close_time_ns() - start.execution_time_ns());
    }
    if (start.has_parent_execution()) {
        info.set_parent_namespace_id(start.parent_namespace_id());
        *info.mutable_parent_execution() = start.parent_execution();
        *info.mutable_root_execution() = start.root_execution();
    } else {
        *info.mutable_root_execution() = info.execution();
    }
    *info.mutable_memo() = attributes.memo();
    *info.mutable_search_attributes() = attributes.search_attributes();
    if (attributes.has_auto_reset_points()) {
        *info.mutable_auto_reset_points() = attributes.auto_reset_points();
    }
    if (attributes.has_priority()) *info.mutable_priority() = attributes.priority();
    return info;
}

}  // namespace

api::DescribeWorkflowExecutionResponse describe(const MutableState& state, TimePoint now) {
    const auto& start = state.start();
    api::DescribeWorkflowExecutionResponse response;
    auto& config = *response.mutable_execution_config();
    config.mutable_task_queue()->set_name(start.task_queue());
    config.mutable_task_queue()->set_kind(enums::TASK_QUEUE_KIND_NORMAL);
    *config.mutable_workflow_execution_timeout() = to_duration(start.execution_timeout_ns());
    *config.mutable_workflow_run_timeout() = to_duration(start.run_timeout_ns());
    *config.mutable_default_workflow_task_timeout() = to_duration(start.workflow_task_timeout_ns());
    if (start.has_user_metadata()) *config.mutable_user_metadata() = start.user_metadata();
    *response.mutable_workflow_execution_info() = describe_run(state);
    state.activities().for_each([&](EventId, const state::v1::Activity& activity) {
        *response.add_pending_activities() = describe_activity(activity, now);
    });
    state.children().for_each([&](EventId id, const state::v1::Child& child) {
        auto& pending = *response.add_pending_children();
        pending.set_workflow_id(child.workflow_id());
        pending.set_run_id(child.run_id());
        pending.set_workflow_type_name(child.workflow_type());
        pending.set_initiated_id(id);
        pending.set_parent_close_policy(child.parent_close_policy());
    });
    if (const state::v1::WorkflowTask* task = state.workflow_task()) {
        auto& pending = *response.mutable_pending_workflow_task();
        pending.set_state(state.workflow_task_started()
                              ? enums::PENDING_WORKFLOW_TASK_STATE_STARTED
                              : enums::PENDING_WORKFLOW_TASK_STATE_SCHEDULED);
        *pending.mutable_scheduled_time() = to_timestamp(task->scheduled_time_ns());
        *pending.mutable_original_scheduled_time() =
            to_timestamp(task->original_scheduled_time_ns());
        if (state.workflow_task_started()) {
            *pending.mutable_started_time() = to_timestamp(task->started_time_ns());
        }
        pending.set_attempt(task->attempt());
    }
    auto& extended = *response.mutable_workflow_extended_info();
    if (start.execution_expiration_ns() != 0) {
        *extended.mutable_execution_expiration_time() =
            to_timestamp(start.execution_expiration_ns());
    }
    if (start.run_expiration_ns() != 0) {
        *extended.mutable_run_expiration_time() = to_timestamp(start.run_expiration_ns());
    }
    *extended.mutable_original_start_time() = to_timestamp(start.start_time_ns());
    extended.set_cancel_requested(state.info().cancel_requested());
    const auto show_request_id = [&](const std::string& id, const state::v1::RequestId& entry) {
        auto& shown = (*extended.mutable_request_id_infos())[id];
        shown.set_event_type(entry.event_type());
        shown.set_event_id(entry.event_id());
        shown.set_buffered(entry.event_id() == kBufferedEvent);
    };
    state.signal_request_ids().for_each(show_request_id);
    state.request_ids().for_each(
        show_request_id);  // a start that brought a signal shows as a start
    return response;
}

}  // namespace server::workflow

#include "tests/sim/outcomes.h"

namespace server::sim {

namespace {

constexpr const char* kPolicyReason = "by parent close policy";

}  // namespace

std::optional<enums::WorkflowExecutionStatus> status_of(const HistoryEvent& event) {
    switch (event.event_type()) {
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
        return enums::WORKFLOW_EXECUTION_STATUS_COMPLETED;
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
        return enums::WORKFLOW_EXECUTION_STATUS_FAILED;
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
        return enums::WORKFLOW_EXECUTION_STATUS_CANCELED;
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
        return enums::WORKFLOW_EXECUTION_STATUS_TERMINATED;
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
        return enums::WORKFLOW_EXECUTION_STATUS_TIMED_OUT;
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
        return enums::WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW;
    default: return std::nullopt;
    }
}

std::int64_t ended_by(const HistoryEvent& event) {
    if (event.has_workflow_task_completed_event_attributes())
        return event.workflow_task_completed_event_attributes().scheduled_event_id();
    if (event.has_workflow_task_failed_event_attributes())
        return event.workflow_task_failed_event_attributes().scheduled_event_id();
    if (event.has_workflow_task_timed_out_event_attributes())
        return event.workflow_task_timed_out_event_attributes().scheduled_event_id();
    if (event.has_activity_task_completed_event_attributes())
        return event.activity_task_completed_event_attributes().scheduled_event_id();
    if (event.has_activity_task_failed_event_attributes())
        return event.activity_task_failed_event_attributes().scheduled_event_id();
    if (event.has_activity_task_timed_out_event_attributes())
        return event.activity_task_timed_out_event_attributes().scheduled_event_id();
    if (event.has_activity_task_canceled_event_attributes())
        return event.activity_task_canceled_event_attributes().scheduled_event_id();
    if (event.has_timer_fired_event_attributes())
        return event.timer_fired_event_attributes().started_event_id();
    if (event.has_external_workflow_execution_signaled_event_attributes())
        return event.external_workflow_execution_signaled_event_attributes().initiated_event_id();
    if (event.has_signal_external_workflow_execution_failed_event_attributes())
        return event.signal_external_workflow_execution_failed_event_attributes()
            .initiated_event_id();
    if (event.has_external_workflow_execution_cancel_requested_event_attributes())
        return event.external_workflow_execution_cancel_requested_event_attributes()
            .initiated_event_id();
    if (event.has_request_cancel_external_workflow_execution_failed_event_attributes())
        return event.request_cancel_external_workflow_execution_failed_event_attributes()
            .initiated_event_id();
    return 0;
}

std::optional<ChildEnd> child_end(const HistoryEvent& event) {
    const auto end = [](const auto& attributes, enums::WorkflowExecutionStatus status) {
        return ChildEnd{attributes.initiated_event_id(), attributes.workflow_execution().run_id(),
                        status};
    };
    if (event.has_child_workflow_execution_completed_event_attributes())
        return end(event.child_workflow_execution_completed_event_attributes(),
                   enums::WORKFLOW_EXECUTION_STATUS_COMPLETED);
    if (event.has_child_workflow_execution_failed_event_attributes())
        return end(event.child_workflow_execution_failed_event_attributes(),
                   enums::WORKFLOW_EXECUTION_STATUS_FAILED);
    if (event.has_child_workflow_execution_canceled_event_attributes())
        return end(event.child_workflow_execution_canceled_event_attributes(),
                   enums::WORKFLOW_EXECUTION_STATUS_CANCELED);
    if (event.has_child_workflow_execution_terminated_event_attributes())
        return end(event.child_workflow_execution_terminated_event_attributes(),
                   enums::WORKFLOW_EXECUTION_STATUS_TERMINATED);
    if (event.has_child_workflow_execution_timed_out_event_attributes())
        return end(event.child_workflow_execution_timed_out_event_attributes(),
                   enums::WORKFLOW_EXECUTION_STATUS_TIMED_OUT);
    return std::nullopt;
}

bool by_policy(const HistoryEvent& event) {
    return event.workflow_execution_terminated_event_attributes().reason() == kPolicyReason ||
           event.workflow_execution_cancel_requested_event_attributes().cause() == kPolicyReason;
}

}  // namespace server::sim

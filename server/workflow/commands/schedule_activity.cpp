#include <algorithm>

#include "server/workflow/backoff/retry.h"
#include "server/workflow/commands/command.h"
#include "server/workflow/operations/activity_attempt.h"
#include "server/workflow/operations/priority.h"

namespace server::workflow {

namespace {

using ActivityAttributes = command::ScheduleActivityTaskCommandAttributes;

CommandRefusal bad_activity(const std::string& message) {
    return {enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_ACTIVITY_ATTRIBUTES, message};
}

struct Timeouts {
    std::int64_t schedule_to_close_ns;
    std::int64_t schedule_to_start_ns;
    std::int64_t start_to_close_ns;
    std::int64_t heartbeat_ns;
};

CommandOutcome check_timeouts(const ActivityAttributes& attributes, const Timeouts& given) {
    const std::string name = "ActivityId: " + attributes.activity_id() +
                             ", ActivityType: " + attributes.activity_type().name();
    const auto negative = [&](const char* field) {
        return bad_activity("A valid " + std::string(field) + " is not set on command. " + name);
    };
    if (given.schedule_to_close_ns < 0) return negative("ScheduleToCloseTimeout");
    if (given.schedule_to_start_ns < 0) return negative("ScheduleToStartTimeout");
    if (given.start_to_close_ns < 0) return negative("StartToCloseTimeout");
    if (given.heartbeat_ns < 0) return negative("HeartbeatTimeout");
    if (given.schedule_to_close_ns == 0 && given.start_to_close_ns == 0) {
        return bad_activity(
            "A valid StartToClose or ScheduleToCloseTimeout is not set on command. " + name);
    }
    return std::nullopt;
}

// Reference events.md §1.5: what is open is filled from what is given; nothing outlives the run.
Timeouts effective_timeouts(Timeouts given, std::int64_t run_timeout_ns) {
    if (given.schedule_to_close_ns > 0) {
        const auto within = [&](std::int64_t timeout_ns) {
            return timeout_ns > 0 ? std::min(timeout_ns, given.schedule_to_close_ns)
                                  : given.schedule_to_close_ns;
        };
        given.schedule_to_start_ns = within(given.schedule_to_start_ns);
        given.start_to_close_ns = within(given.start_to_close_ns);
    } else {
        given.schedule_to_close_ns = run_timeout_ns;
        if (given.schedule_to_start_ns == 0) given.schedule_to_start_ns = run_timeout_ns;
    }
    if (run_timeout_ns > 0) {
        for (std::int64_t* timeout_ns : {&given.schedule_to_close_ns, &given.schedule_to_start_ns,
                                         &given.start_to_close_ns, &given.heartbeat_ns}) {
            *timeout_ns = std::min(*timeout_ns, run_timeout_ns);
        }
    }
    given.heartbeat_ns = std::min(given.heartbeat_ns, given.start_to_close_ns);
    return given;
}

CommandOutcome check_activity(const CommandContext& context, const ActivityAttributes& attributes) {
    const Limits& limits = context.draft.environment().limits;
    if (attributes.activity_id().empty()) return bad_activity("ActivityId is not set on command.");
    if (attributes.activity_type().name().empty()) {
        return bad_activity("ActivityType is not set on command. ActivityId: " +
                            attributes.activity_id());
    }
    const std::size_t longest =
        std::max({attributes.activity_id().size(), attributes.activity_type().name().size(),
                  attributes.task_queue().name().size()});
    if (longest > limits.id_length_max) {
        return bad_activity("ActivityId, ActivityType or TaskQueue exceeds length limit: " +
                            std::to_string(longest) + " of " +
                            std::to_string(limits.id_length_max));
    }
    const std::string name = " ActivityId: " + attributes.activity_id();
    if (const Status policy = validate_retry_policy(attributes.retry_policy()); !policy.ok()) {
        return bad_activity(policy.message() + name);
    }
    if (is_reserved_task_queue(attributes.task_queue().name())) {
        return bad_activity("TaskQueue has the reserved prefix /_sys/: " +
                            attributes.task_queue().name() + "." + name);
    }
    if (const Status priority = validate_priority(attributes.priority()); !priority.ok()) {
        return bad_activity(priority.message() + name);
    }
    if (context.draft.state().find_activity(attributes.activity_id())) {
        return CommandRefusal{enums::WORKFLOW_TASK_FAILED_CAUSE_SCHEDULE_ACTIVITY_DUPLICATE_ID,
                              "activity id already in use: " + attributes.activity_id()};
    }
    if (context.draft.state().activities().size() >= limits.pending_activities_max) {
        return CommandRefusal{enums::WORKFLOW_TASK_FAILED_CAUSE_PENDING_ACTIVITIES_LIMIT_EXCEEDED,
                              "the number of pending activities, " +
                                  std::to_string(context.draft.state().activities().size()) +
                                  ", has reached the per-workflow limit of " +
                                  std::to_string(limits.pending_activities_max)};
    }
    const std::size_t input_bytes = attributes.input().ByteSizeLong();
    if (input_bytes > limits.blob_size_bytes_max) {
        return blob_too_large(enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_ACTIVITY_ATTRIBUTES,
                              "ScheduleActivityTaskCommandAttributes.Input", input_bytes,
                              limits.blob_size_bytes_max);
    }
    return std::nullopt;
}

}  // namespace

CommandOutcome schedule_activity(CommandContext& context, const ActivityAttributes& attributes,
                                 const command::Command& command) {
    if (auto refusal = check_activity(context, attributes)) return refusal;
    const Timeouts given{nanos_of(attributes.schedule_to_close_timeout()),
                         nanos_of(attributes.schedule_to_start_timeout()),
                         nanos_of(attributes.start_to_close_timeout()),
                         nanos_of(attributes.heartbeat_timeout())};
    if (auto refusal = check_timeouts(attributes, given)) return refusal;
    const auto& start = context.draft.state().start();
    const Timeouts effective = effective_timeouts(given, start.run_timeout_ns());

    HistoryEvent event =
        make_command_event(context, enums::EVENT_TYPE_ACTIVITY_TASK_SCHEDULED, command);
    auto& scheduled = *event.mutable_activity_task_scheduled_event_attributes();
    scheduled.set_activity_id(attributes.activity_id());
    *scheduled.mutable_activity_type() = attributes.activity_type();
    scheduled.mutable_task_queue()->set_name(attributes.task_queue().name().empty()
                                                 ? start.task_queue()
                                                 : attributes.task_queue().name());
    scheduled.mutable_task_queue()->set_kind(enums::TASK_QUEUE_KIND_NORMAL);
    if (attributes.has_header()) *scheduled.mutable_header() = attributes.header();
    if (attributes.has_input()) *scheduled.mutable_input() = attributes.input();
    *scheduled.mutable_schedule_to_close_timeout() = to_duration(effective.schedule_to_close_ns);
    *scheduled.mutable_schedule_to_start_timeout() = to_duration(effective.schedule_to_start_ns);
    *scheduled.mutable_start_to_close_timeout() = to_duration(effective.start_to_close_ns);
    *scheduled.mutable_heartbeat_timeout() = to_duration(effective.heartbeat_ns);
    scheduled.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    *scheduled.mutable_retry_policy() = attributes.retry_policy();
    complete_retry_policy(*scheduled.mutable_retry_policy());
    scheduled.set_use_workflow_build_id(attributes.use_workflow_build_id());
    if (attributes.has_priority()) *scheduled.mutable_priority() = attributes.priority();
    HistoryEvent kept;
    if (attributes.request_eager_execution()) kept = event;
    const EventId id = context.draft.add(std::move(event));
    if (!attributes.request_eager_execution()) {
        dispatch_activity(context.draft, id);
        return std::nullopt;
    }
    kept.set_event_id(id);
    context.eager_activities.push_back(std::move(kept));
    return std::nullopt;
}

CommandOutcome request_cancel_activity(
    CommandContext& context, const command::RequestCancelActivityTaskCommandAttributes& attributes,
    const command::Command& command) {
    const auto refuse_cancel = [](const std::string& message) {
        return CommandRefusal{
            enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES, message};
    };
    const EventId scheduled_id = attributes.scheduled_event_id();
    const std::string name = "ScheduledEventId: " + std::to_string(scheduled_id);
    const state::v1::Activity* activity = context.draft.state().activities().find(scheduled_id);
    // Its closing event may be waiting in the buffer: then the request is recorded all the same.
    bool closing = false;
    context.draft.state().buffered_events().for_each([&](std::int64_t, const HistoryEvent& event) {
        closing = closing || closes_activity(event, scheduled_id);
    });
    if (!activity && !closing) return refuse_cancel("activity is not pending. " + name);
    if (activity && activity->cancel_requested()) {
        return refuse_cancel("cancellation was already requested. " + name);
    }
    HistoryEvent event =
        make_command_event(context, enums::EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED, command);
    auto& requested = *event.mutable_activity_task_cancel_requested_event_attributes();
    requested.set_scheduled_event_id(scheduled_id);
    requested.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    const EventId requested_id = context.draft.add(std::move(event));
    if (!activity || activity->started_time_ns() != 0) return std::nullopt;

    HistoryEvent canceled = context.draft.make_event(enums::EVENT_TYPE_ACTIVITY_TASK_CANCELED);
    auto& cancel = *canceled.mutable_activity_task_canceled_event_attributes();
    cancel.set_scheduled_event_id(scheduled_id);
    cancel.set_latest_cancel_requested_event_id(requested_id);
    cancel.set_identity(context.identity);
    auto& details = *cancel.mutable_details()->add_payloads();
    (*details.mutable_metadata())["encoding"] = "json/plain";
    details.set_data("\"ACTIVITY_ID_NOT_STARTED\"");
    context.draft.add(std::move(canceled));
    context.draft.need_workflow_task();
    return std::nullopt;
}

bool closes_activity(const HistoryEvent& event, EventId scheduled_event_id) {
    switch (event.event_type()) {
    case enums::EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
        return event.activity_task_completed_event_attributes().scheduled_event_id() ==
               scheduled_event_id;
    case enums::EVENT_TYPE_ACTIVITY_TASK_FAILED:
        return event.activity_task_failed_event_attributes().scheduled_event_id() ==
               scheduled_event_id;
    case enums::EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
        return event.activity_task_timed_out_event_attributes().scheduled_event_id() ==
               scheduled_event_id;
    case enums::EVENT_TYPE_ACTIVITY_TASK_CANCELED:
        return event.activity_task_canceled_event_attributes().scheduled_event_id() ==
               scheduled_event_id;
    default: return false;
    }
}

}  // namespace server::workflow

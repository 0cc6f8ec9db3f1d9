#include "server/workflow/commands/command.h"

namespace server::workflow {

namespace {

// The arrival number of a firing of this timer that still waits in the buffer, and its Started
// event.
struct BufferedFiring {
    std::int64_t arrival = -1;
    EventId started_event_id = kNoEvent;
};

BufferedFiring find_buffered_firing(const MutableState& state, const std::string& timer_id) {
    BufferedFiring found;
    state.buffered_events().for_each([&](std::int64_t arrival, const HistoryEvent& event) {
        if (!event.has_timer_fired_event_attributes()) return;
        const auto& fired = event.timer_fired_event_attributes();
        if (fired.timer_id() == timer_id) found = {arrival, fired.started_event_id()};
    });
    return found;
}

}  // namespace

CommandOutcome start_timer(CommandContext& context,
                           const command::StartTimerCommandAttributes& attributes,
                           const command::Command& command) {
    const auto bad = [](const std::string& message) {
        return CommandRefusal{enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_START_TIMER_ATTRIBUTES,
                              message};
    };
    const std::string& timer_id = attributes.timer_id();
    if (timer_id.empty()) return bad("TimerId is not set on command.");
    if (timer_id.size() > context.draft.environment().limits.id_length_max) {
        return bad("TimerId exceeds length limit: " + std::to_string(timer_id.size()));
    }
    const std::int64_t timeout_ns = nanos_of(attributes.start_to_fire_timeout());
    if (timeout_ns <= 0) {
        return bad("A valid StartToFireTimeout is not set on command. TimerId: " + timer_id);
    }
    if (context.draft.state().timers().contains(timer_id)) {
        return CommandRefusal{enums::WORKFLOW_TASK_FAILED_CAUSE_START_TIMER_DUPLICATE_ID,
                              "timer id already in use: " + timer_id};
    }
    HistoryEvent event = make_command_event(context, enums::EVENT_TYPE_TIMER_STARTED, command);
    auto& started = *event.mutable_timer_started_event_attributes();
    started.set_timer_id(timer_id);
    *started.mutable_start_to_fire_timeout() = to_duration(timeout_ns);
    started.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    context.draft.add(std::move(event));
    return std::nullopt;
}

CommandOutcome cancel_timer(CommandContext& context,
                            const command::CancelTimerCommandAttributes& attributes,
                            const command::Command& command) {
    const MutableState& state = context.draft.state();
    const state::v1::Timer* timer = state.timers().find(attributes.timer_id());
    EventId started_id = timer ? timer->started_event_id() : kNoEvent;
    if (!timer) {
        const BufferedFiring firing = find_buffered_firing(state, attributes.timer_id());
        if (firing.arrival < 0) {
            return CommandRefusal{enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_CANCEL_TIMER_ATTRIBUTES,
                                  "timer id is not open: " + attributes.timer_id()};
        }
        // The workflow has not seen it fire, so for the workflow it never did.
        started_id = firing.started_event_id;
        context.draft.drop_buffered_event(firing.arrival);
    }
    HistoryEvent event = make_command_event(context, enums::EVENT_TYPE_TIMER_CANCELED, command);
    auto& canceled = *event.mutable_timer_canceled_event_attributes();
    canceled.set_timer_id(attributes.timer_id());
    canceled.set_started_event_id(started_id);
    canceled.set_workflow_task_completed_event_id(context.workflow_task_completed_event_id);
    canceled.set_identity(context.identity);
    context.draft.add(std::move(event));
    return std::nullopt;
}

}  // namespace server::workflow

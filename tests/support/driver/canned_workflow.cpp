#include "tests/support/driver/canned_workflow.h"

#include <sstream>

#include "server/base/fingerprint32.h"

namespace server::driver {

namespace {

std::int64_t milliseconds(Duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

std::string encode(const Shape& shape) {
    std::ostringstream text;
    text << shape.rounds << ' ' << shape.activities << ' ' << shape.timers << ' ' << shape.signals
         << ' ' << milliseconds(shape.timer_max) << ' ' << milliseconds(shape.activity_timeout)
         << ' ' << shape.failing_activities_percent << ' ' << shape.children << ' ' << shape.updates
         << ' ' << shape.runs << ' ' << shape.open_timers << ' ' << shape.payload_bytes;
    return text.str();
}

Result<Shape> decode_shape(const std::string& text) {
    Shape shape;
    std::int64_t timer_max_ms = 0;
    std::int64_t activity_timeout_ms = 0;
    std::istringstream words(text);
    words >> shape.rounds >> shape.activities >> shape.timers >> shape.signals >> timer_max_ms >>
        activity_timeout_ms >> shape.failing_activities_percent >> shape.children >>
        shape.updates >> shape.runs >> shape.open_timers >> shape.payload_bytes;
    if (words.fail()) return invalid_argument("not the shape of a canned workflow: " + text);
    shape.timer_max = std::chrono::milliseconds(timer_max_ms);
    shape.activity_timeout = std::chrono::milliseconds(activity_timeout_ms);
    return shape;
}

bool fails_first(const Shape& shape, const std::string& workflow_id,
                 const std::string& activity_id) {
    const std::uint32_t hash = fingerprint32(workflow_id + "/" + activity_id);
    return static_cast<int>(hash % 100) < shape.failing_activities_percent;
}

void CannedRun::fold(const HistoryEvent& event) {
    switch (event.event_type()) {
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: fold_started(event); break;
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: {
        const std::string id =
            text_of(event.workflow_execution_signaled_event_attributes().input());
        signals_seen_ += (signals_++ > 0 ? " " : "") + id.substr(id.rfind('-') + 1);
        break;
    }
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED: ++updates_ended_; break;
    case enums::EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED: ++children_started_; break;
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED: ++children_ended_; break;
    case enums::EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: ++activities_scheduled_; break;
    case enums::EVENT_TYPE_ACTIVITY_TASK_COMPLETED: ++activities_ended_; break;
    case enums::EVENT_TYPE_TIMER_STARTED: ++timers_started_; break;
    case enums::EVENT_TYPE_TIMER_FIRED: ++timers_fired_; break;
    default: break;
    }
}

void CannedRun::fold_started(const HistoryEvent& event) {
    const auto& started = event.workflow_execution_started_event_attributes();
    workflow_type_ = started.workflow_type().name();
    task_queue_ = started.task_queue().name();
    const Result<Shape> shape = decode_shape(text_of(started.input()));
    understood_ = shape.ok();
    if (understood_) shape_ = *shape;
}

// Rounds without commands leave no trace of their own; these wait for all signals at once.
int CannedRun::rounds_begun() const {
    const int commands = shape_.activities + shape_.timers + shape_.children;
    const int timers = std::max(0, timers_started_ - shape_.open_timers);
    return commands == 0 ? shape_.rounds
                         : (activities_scheduled_ + timers + children_started_) / commands;
}

bool CannedRun::round_is_over(int round) const {
    return activities_ended_ >= (round + 1) * shape_.activities &&
           timers_fired_ >= (round + 1) * shape_.timers &&
           children_ended_ >= (round + 1) * shape_.children &&
           signals_ >= (round + 1) * shape_.signals;
}

std::vector<command::Command> CannedRun::decide(int updates_now) const {
    std::vector<command::Command> commands;
    const int begun = rounds_begun();
    if (begun > 0 && !round_is_over(begun - 1)) return commands;
    if (begun < shape_.rounds) {
        begin_round(begun, commands);
    } else if (updates_ended_ + updates_now >= shape_.updates) {
        commands.push_back(shape_.runs > 1 ? continue_as_new() : complete());
    }
    return commands;
}

void CannedRun::begin_round(int round, std::vector<command::Command>& commands) const {
    const std::string prefix = std::to_string(round) + "-";
    for (int index = 0; index < shape_.activities; ++index) {
        commands.push_back(schedule_activity("a" + prefix + std::to_string(index)));
    }
    for (int index = 0; index < shape_.timers; ++index) {
        const std::string timer_id = "t" + prefix + std::to_string(index);
        commands.push_back(start_timer(timer_id, wait_of(timer_id)));
    }
    for (int index = 0; index < shape_.children; ++index) {
        commands.push_back(start_child("c" + prefix + std::to_string(index)));
    }
    for (int index = 0; round == 0 && index < shape_.open_timers; ++index) {
        commands.push_back(start_timer("open-" + std::to_string(index), 1h));
    }
}

command::Command CannedRun::schedule_activity(const std::string& activity_id) const {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK);
    auto& attributes = *command.mutable_schedule_activity_task_command_attributes();
    attributes.set_activity_id(activity_id);
    attributes.mutable_activity_type()->set_name(kActivityType);
    *attributes.mutable_input() = text_payload(encode(shape_), shape_.payload_bytes);
    set_duration(*attributes.mutable_start_to_close_timeout(), shape_.activity_timeout);
    auto& retry = *attributes.mutable_retry_policy();
    set_duration(*retry.mutable_initial_interval(), 100ms);
    set_duration(*retry.mutable_maximum_interval(), 1s);
    retry.set_backoff_coefficient(2);
    return command;
}

Duration CannedRun::wait_of(const std::string& timer_id) const {
    const auto longest = static_cast<std::uint64_t>(milliseconds(shape_.timer_max));
    const std::uint64_t wait_ms =
        1 + fingerprint32(workflow_id_ + "/" + timer_id) % std::max<std::uint64_t>(longest, 1);
    return std::chrono::milliseconds(wait_ms);
}

command::Command CannedRun::start_timer(const std::string& timer_id, Duration wait) const {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_START_TIMER);
    auto& attributes = *command.mutable_start_timer_command_attributes();
    attributes.set_timer_id(timer_id);
    set_duration(*attributes.mutable_start_to_fire_timeout(), wait);
    return command;
}

command::Command CannedRun::start_child(const std::string& id) const {
    Shape shape;
    shape.activity_timeout = shape_.activity_timeout;
    shape.payload_bytes = shape_.payload_bytes;
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION);
    auto& attributes = *command.mutable_start_child_workflow_execution_command_attributes();
    attributes.set_workflow_id(workflow_id_ + "/" + id);
    attributes.mutable_workflow_type()->set_name(workflow_type_);
    attributes.mutable_task_queue()->set_name(task_queue_);
    *attributes.mutable_input() = text_payload(encode(shape), shape.payload_bytes);
    return command;
}

command::Command CannedRun::complete() const {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION);
    *command.mutable_complete_workflow_execution_command_attributes()->mutable_result() =
        text_payload(std::to_string(signals_) + " signals", shape_.payload_bytes);
    return command;
}

command::Command CannedRun::continue_as_new() const {
    Shape next = shape_;
    --next.runs;
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION);
    auto& attributes = *command.mutable_continue_as_new_workflow_execution_command_attributes();
    attributes.mutable_workflow_type()->set_name(workflow_type_);
    attributes.mutable_task_queue()->set_name(task_queue_);
    *attributes.mutable_input() = text_payload(encode(next), next.payload_bytes);
    return command;
}

}  // namespace server::driver

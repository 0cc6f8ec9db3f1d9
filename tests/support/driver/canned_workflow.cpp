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
         << ' ' << shape.failing_activities_percent;
    return text.str();
}

Result<Shape> decode_shape(const std::string& text) {
    Shape shape;
    std::int64_t timer_max_ms = 0;
    std::int64_t activity_timeout_ms = 0;
    std::istringstream words(text);
    words >> shape.rounds >> shape.activities >> shape.timers >> shape.signals >> timer_max_ms >>
        activity_timeout_ms >> shape.failing_activities_percent;
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
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: {
        const auto& started = event.workflow_execution_started_event_attributes();
        const Result<Shape> shape = decode_shape(text_of(started.input()));
        understood_ = shape.ok();
        if (understood_) shape_ = *shape;
        break;
    }
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: ++signals_; break;
    case enums::EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: ++activities_scheduled_; break;
    case enums::EVENT_TYPE_ACTIVITY_TASK_COMPLETED: ++activities_ended_; break;
    case enums::EVENT_TYPE_TIMER_STARTED: ++timers_started_; break;
    case enums::EVENT_TYPE_TIMER_FIRED: ++timers_fired_; break;
    default: break;
    }
}

// Rounds without activities and timers leave no trace of their own; these wait for all signals at
// once.
int CannedRun::rounds_begun() const {
    const int commands = shape_.activities + shape_.timers;
    return commands == 0 ? shape_.rounds : (activities_scheduled_ + timers_started_) / commands;
}

bool CannedRun::round_is_over(int round) const {
    return activities_ended_ >= (round + 1) * shape_.activities &&
           timers_fired_ >= (round + 1) * shape_.timers && signals_ >= (round + 1) * shape_.signals;
}

std::vector<command::Command> CannedRun::decide() const {
    std::vector<command::Command> commands;
    const int begun = rounds_begun();
    if (begun > 0 && !round_is_over(begun - 1)) return commands;
    if (begun == shape_.rounds) {
        commands.push_back(complete());
    } else {
        begin_round(begun, commands);
    }
    return commands;
}

void CannedRun::begin_round(int round, std::vector<command::Command>& commands) const {
    const std::string prefix = std::to_string(round) + "-";
    for (int index = 0; index < shape_.activities; ++index) {
        commands.push_back(schedule_activity("a" + prefix + std::to_string(index)));
    }
    for (int index = 0; index < shape_.timers; ++index) {
        commands.push_back(start_timer("t" + prefix + std::to_string(index)));
    }
}

command::Command CannedRun::schedule_activity(const std::string& activity_id) const {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK);
    auto& attributes = *command.mutable_schedule_activity_task_command_attributes();
    attributes.set_activity_id(activity_id);
    attributes.mutable_activity_type()->set_name(kActivityType);
    *attributes.mutable_input() = text_payload(encode(shape_));
    set_duration(*attributes.mutable_start_to_close_timeout(), shape_.activity_timeout);
    auto& retry = *attributes.mutable_retry_policy();
    set_duration(*retry.mutable_initial_interval(), 100ms);
    set_duration(*retry.mutable_maximum_interval(), 1s);
    retry.set_backoff_coefficient(2);
    return command;
}

command::Command CannedRun::start_timer(const std::string& timer_id) const {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_START_TIMER);
    auto& attributes = *command.mutable_start_timer_command_attributes();
    attributes.set_timer_id(timer_id);
    const auto longest = static_cast<std::uint64_t>(milliseconds(shape_.timer_max));
    const std::uint64_t wait_ms =
        1 + fingerprint32(workflow_id_ + "/" + timer_id) % std::max<std::uint64_t>(longest, 1);
    set_duration(*attributes.mutable_start_to_fire_timeout(), std::chrono::milliseconds(wait_ms));
    return command;
}

command::Command CannedRun::complete() const {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION);
    *command.mutable_complete_workflow_execution_command_attributes()->mutable_result() =
        text_payload(std::to_string(signals_) + " signals");
    return command;
}

}  // namespace server::driver

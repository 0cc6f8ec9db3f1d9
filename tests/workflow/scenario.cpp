#include "tests/workflow/scenario.h"

#include "server/workflow/operations/successor.h"
#include "tests/support/catch.h"

namespace server::workflow::test {

std::vector<std::string> kinds(const std::vector<HistoryEvent>& events) {
    std::vector<std::string> names;
    for (const auto& event : events) {
        std::string name = enums::EventType_Name(event.event_type());
        names.push_back(name.substr(std::string("EVENT_TYPE_").size()));
    }
    return names;
}

api::StartWorkflowExecutionRequest Scenario::start_request() {
    api::StartWorkflowExecutionRequest request;
    request.set_namespace_("default");
    request.set_workflow_id("w");
    request.mutable_workflow_type()->set_name("Type");
    request.mutable_task_queue()->set_name("queue");
    request.set_identity("starter");
    request.set_request_id("start-request");
    return request;
}

Scenario::Scenario(const api::StartWorkflowExecutionRequest& request,
                   const std::optional<ParentLink>& parent) {
    environment_.now = kStart;
    environment_.next_task_id = TaskId{1'000'000};
    environment_.random = 42;
    environment_.namespace_name = "default";
    NewRun run = start_run({"ns", "w", "11111111-1111-4111-8111-111111111111"}, request,
                           environment_, parent);
    state_ = std::move(run.state);
    absorb(std::move(run.transition));
}

void Scenario::absorb(Transition transition) {
    last_step_.clear();
    for (const auto& batch : transition.history) {
        history::History decoded;
        REQUIRE(decoded.ParseFromString(batch.events));
        batches_.emplace_back();
        for (auto& event : *decoded.mutable_events()) {
            events_.push_back(event);
            last_step_.push_back(event);
            batches_.back().push_back(event);
        }
        CHECK(batches_.back().front().event_id() == batch.first_event_id);
    }
    last_tasks_.clear();
    for (auto& entry : transition.tasks) last_tasks_.push_back(std::move(entry.task));
    const bool ids_grow = transition.next_task_id >= environment_.next_task_id;
    REQUIRE(ids_grow);
    environment_.next_task_id = transition.next_task_id;
    environment_.random += 1;
    if (transition.successor) successor_ = std::move(transition.successor);
    state_->absorb(std::move(transition.next));
    check_laws();
}

// What the run's size is kept as must be what its items have.
std::int64_t Scenario::items_size_bytes(const MutableState& state) {
    std::size_t bytes = 0;
    for (const auto& [item, value] : state.encode_all()) {
        const bool counts_apart = item.kind == ItemKind::start ||
                                  item.kind == ItemKind::attributes ||
                                  item.kind == ItemKind::buffered_event;
        if (!counts_apart) bytes += item.key.size() + value.size();
    }
    return static_cast<std::int64_t>(bytes);
}

// What must hold after every step (reference reliability.md §2a: I3, I5, I7, I17).
void Scenario::check_laws() const {
    for (std::size_t index = 0; index < events_.size(); ++index) {
        CHECK(events_[index].event_id() == static_cast<EventId>(index + 1));
    }
    CHECK(state_->next_event_id() == static_cast<EventId>(events_.size()) + 1);
    // An event that still waits in the buffer has had its effect on the live state already.
    const bool settled = state_->buffered_events().empty();
    CHECK(history_part(replay(state_->run(), batches_), settled) == history_part(*state_, settled));
    const auto decoded =
        MutableState::decode(state_->run(), state_->encode_info(), state_->encode_all());
    REQUIRE(decoded.ok());
    CHECK(decoded->encode_all() == state_->encode_all());
    CHECK(decoded->encode_info() == state_->encode_info());
    CHECK(next_due(*decoded) == next_due(*state_));
    CHECK(state_->info().items_size_bytes() == items_size_bytes(*state_));
    if (!state_->workflow_task_started()) CHECK(state_->buffered_events().empty());
}

Environment Scenario::environment_of_close() const {
    Environment environment = environment_;
    if (may_have_successor(*state_)) environment.started_event = &events_.front();
    return environment;
}

void Scenario::start_task(const std::string& task_queue, const std::string& identity) {
    REQUIRE(state_->workflow_task() != nullptr);
    WorkflowTaskStart start;
    start.scheduled_event_id = state_->workflow_task()->scheduled_event_id();
    start.stamp = state_->workflow_task()->stamp();
    start.request_id = "poll-" + std::to_string(++next_request_);
    start.identity = identity;
    start.task_queue = task_queue;
    REQUIRE(take(start_workflow_task(*state_, environment_, start)).ok());
}

Status Scenario::try_complete_task(api::RespondWorkflowTaskCompletedRequest request) {
    if (request.identity().empty()) request.set_identity("worker");
    const state::v1::TaskToken token = workflow_task_token(*state_);
    const Environment environment = environment_of_close();
    return take(complete_workflow_task(*state_, environment, token, request)).status();
}

void Scenario::complete_task(std::vector<command::Command> commands, bool sticky) {
    api::RespondWorkflowTaskCompletedRequest request;
    for (auto& command : commands) *request.add_commands() = std::move(command);
    if (sticky) {
        auto& attributes = *request.mutable_sticky_attributes();
        attributes.mutable_worker_task_queue()->set_name("sticky");
        attributes.mutable_schedule_to_start_timeout()->set_seconds(10);
    }
    const Status completed = try_complete_task(std::move(request));
    INFO(completed.message());
    REQUIRE(completed.ok());
}

void Scenario::workflow_task(std::vector<command::Command> commands) {
    start_task();
    complete_task(std::move(commands));
}

void Scenario::fail_task() {
    api::RespondWorkflowTaskFailedRequest request;
    request.set_cause(enums::WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE);
    request.set_identity("worker");
    const state::v1::TaskToken token = workflow_task_token(*state_);
    REQUIRE(take(fail_workflow_task(*state_, environment_, token, request)).ok());
}

void Scenario::signal(const std::string& name, const std::string& request_id) {
    api::SignalWorkflowExecutionRequest request;
    request.set_signal_name(name);
    request.set_request_id(request_id);
    REQUIRE(take(workflow::signal(*state_, environment_, request)).ok());
}

void Scenario::fire_due() {
    const Environment environment = environment_of_close();
    auto decision = workflow::fire_due(*state_, environment);
    REQUIRE(decision.transition.has_value());
    REQUIRE(take(std::move(decision)).ok());
}

state::v1::TaskToken Scenario::activity_token(EventId scheduled_event_id) const {
    state::v1::TaskToken token;
    const auto* activity = state_->activities().find(scheduled_event_id);
    token.set_scheduled_event_id(scheduled_event_id);
    token.set_attempt(activity ? activity->attempt() : 1);
    return token;
}

void Scenario::start_activity(EventId scheduled_event_id) {
    ActivityStart start;
    start.scheduled_event_id = scheduled_event_id;
    start.request_id = "poll-" + std::to_string(++next_request_);
    start.identity = "activity-worker";
    REQUIRE(take(workflow::start_activity(*state_, environment_, start)).ok());
}

Status Scenario::complete_activity(EventId scheduled_event_id) {
    api::RespondActivityTaskCompletedRequest request;
    request.set_identity("activity-worker");
    const auto token = activity_token(scheduled_event_id);
    return take(workflow::complete_activity(*state_, environment_, token, request)).status();
}

Status Scenario::child_started(EventId initiated_event_id, const std::string& run_id) {
    ChildStarted started;
    started.initiated_event_id = initiated_event_id;
    started.run_id = run_id;
    return take(record_child_started(*state_, environment_, started)).status();
}

Status Scenario::child_closed(EventId initiated_event_id, HistoryEvent close_event,
                              const std::string& workflow_id) {
    ChildClosed closed;
    closed.started.initiated_event_id = initiated_event_id;
    closed.started.run_id = "child-run";
    closed.execution.set_workflow_id(workflow_id);
    closed.execution.set_run_id("last-child-run");
    closed.close_event = std::move(close_event);
    return take(record_child_closed(*state_, environment_, closed)).status();
}

Status Scenario::fail_activity(EventId scheduled_event_id, const std::string& type,
                               bool non_retryable) {
    api::RespondActivityTaskFailedRequest request;
    request.set_identity("activity-worker");
    request.mutable_failure()->set_message("failed");
    request.mutable_failure()->mutable_application_failure_info()->set_type(type);
    request.mutable_failure()->mutable_application_failure_info()->set_non_retryable(non_retryable);
    const auto token = activity_token(scheduled_event_id);
    return take(workflow::fail_activity(*state_, environment_, token, request)).status();
}

command::Command schedule_activity_command(const std::string& activity_id) {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK);
    auto& attributes = *command.mutable_schedule_activity_task_command_attributes();
    attributes.set_activity_id(activity_id);
    attributes.mutable_activity_type()->set_name("Activity");
    attributes.mutable_start_to_close_timeout()->set_seconds(60);
    return command;
}

command::Command start_timer_command(const std::string& timer_id, Duration timeout) {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_START_TIMER);
    command.mutable_start_timer_command_attributes()->set_timer_id(timer_id);
    *command.mutable_start_timer_command_attributes()->mutable_start_to_fire_timeout() =
        to_duration(timeout.count());
    return command;
}

command::Command cancel_timer_command(const std::string& timer_id) {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_CANCEL_TIMER);
    command.mutable_cancel_timer_command_attributes()->set_timer_id(timer_id);
    return command;
}

command::Command cancel_activity_command(EventId scheduled_event_id) {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK);
    command.mutable_request_cancel_activity_task_command_attributes()->set_scheduled_event_id(
        scheduled_event_id);
    return command;
}

command::Command start_child_command(const std::string& workflow_id,
                                     enums::ParentClosePolicy policy) {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION);
    auto& attributes = *command.mutable_start_child_workflow_execution_command_attributes();
    attributes.set_workflow_id(workflow_id);
    attributes.mutable_workflow_type()->set_name("Child");
    attributes.set_parent_close_policy(policy);
    return command;
}

command::Command signal_external_command(const std::string& workflow_id) {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION);
    auto& attributes = *command.mutable_signal_external_workflow_execution_command_attributes();
    attributes.mutable_execution()->set_workflow_id(workflow_id);
    attributes.set_signal_name("greet");
    return command;
}

command::Command cancel_external_command(const std::string& workflow_id) {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION);
    auto& attributes =
        *command.mutable_request_cancel_external_workflow_execution_command_attributes();
    attributes.set_workflow_id(workflow_id);
    attributes.set_reason("enough");
    return command;
}

HistoryEvent completed_event() {
    HistoryEvent event;
    event.set_event_type(enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED);
    auto& attributes = *event.mutable_workflow_execution_completed_event_attributes();
    attributes.mutable_result()->add_payloads()->set_data("42");
    return event;
}

command::Command complete_command() {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION);
    command.mutable_complete_workflow_execution_command_attributes();
    return command;
}

command::Command fail_command() {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION);
    command.mutable_fail_workflow_execution_command_attributes()->mutable_failure()->set_message(
        "no");
    return command;
}

command::Command continue_command() {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION);
    command.mutable_continue_as_new_workflow_execution_command_attributes();
    return command;
}

}  // namespace server::workflow::test

#include "tests/sim/worker.h"

#include "server/workflow/api.h"

namespace server::sim {

namespace {

namespace enums = ::temporal::api::enums::v1;
using api::RespondWorkflowTaskCompletedRequest;

struct Seen {
    bool scheduled = false;
    bool activity_closed = false;
    bool timer_fired = false;
    int signals = 0;
};

Seen look_at(const ::temporal::api::history::v1::History& history) {
    Seen seen;
    for (const auto& event : history.events()) {
        seen.scheduled |= event.has_activity_task_scheduled_event_attributes();
        seen.activity_closed |= event.has_activity_task_completed_event_attributes();
        seen.timer_fired |= event.has_timer_fired_event_attributes();
        seen.signals += event.has_workflow_execution_signaled_event_attributes();
    }
    return seen;
}

void begin(RespondWorkflowTaskCompletedRequest& request, Duration timer) {
    auto& activity = *request.add_commands();
    activity.set_command_type(enums::COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK);
    auto& attributes = *activity.mutable_schedule_activity_task_command_attributes();
    attributes.set_activity_id("activity");
    attributes.mutable_activity_type()->set_name("work");
    attributes.mutable_task_queue()->set_name("queue");
    attributes.mutable_start_to_close_timeout()->set_seconds(10);
    auto& wait = *request.add_commands();
    wait.set_command_type(enums::COMMAND_TYPE_START_TIMER);
    wait.mutable_start_timer_command_attributes()->set_timer_id("timer");
    *wait.mutable_start_timer_command_attributes()->mutable_start_to_fire_timeout() =
        workflow::to_duration(timer.count());
}

}  // namespace

api::StartWorkflowExecutionRequest start_request(const std::string& workflow_id) {
    api::StartWorkflowExecutionRequest request;
    request.set_namespace_("default");
    request.set_workflow_id(workflow_id);
    request.mutable_workflow_type()->set_name("scripted");
    request.mutable_task_queue()->set_name("queue");
    request.set_request_id("start-" + workflow_id);
    return request;
}

Async<void> Worker::think() {
    const auto bound = static_cast<std::uint64_t>(script_.think_max.count());
    co_await cluster_.clock().sleep_for(
        Duration{static_cast<std::int64_t>(cluster_.random().below(bound))});
}

Async<void> Worker::ended() {
    while (loops_ > 0) co_await cluster_.clock().sleep_for(1s);
}

Async<void> Worker::poll_workflow_tasks() {
    ++loops_;
    while (!stopping_) {
        api::PollWorkflowTaskQueueRequest poll;
        poll.set_namespace_("default");
        poll.mutable_task_queue()->set_name("queue");
        poll.set_identity("worker");
        auto task = co_await cluster_.call<api::PollWorkflowTaskQueueResponse>(
            "PollWorkflowTaskQueue", std::move(poll), 70s);
        if (!task.ok() || task->task_token().empty()) continue;
        co_await answer_workflow_task(std::move(task).value());
    }
    --loops_;
}

Async<void> Worker::answer_workflow_task(api::PollWorkflowTaskQueueResponse task) {
    co_await think();
    const Seen seen = look_at(task.history());
    RespondWorkflowTaskCompletedRequest request;
    request.set_task_token(task.task_token());
    request.set_identity("worker");
    if (!seen.scheduled) {
        begin(request, script_.timer);
    } else if (seen.activity_closed && seen.timer_fired && seen.signals >= script_.signals) {
        request.add_commands()->set_command_type(enums::COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION);
        request.mutable_commands(0)->mutable_complete_workflow_execution_command_attributes();
    }
    // A refusal is the server's to handle: the task comes again.
    (void)co_await cluster_.call<api::RespondWorkflowTaskCompletedResponse>(
        "RespondWorkflowTaskCompleted", std::move(request));
}

Async<void> Worker::poll_activity_tasks() {
    ++loops_;
    while (!stopping_) {
        api::PollActivityTaskQueueRequest poll;
        poll.set_namespace_("default");
        poll.mutable_task_queue()->set_name("queue");
        poll.set_identity("worker");
        auto task = co_await cluster_.call<api::PollActivityTaskQueueResponse>(
            "PollActivityTaskQueue", std::move(poll), 70s);
        if (!task.ok() || task->task_token().empty()) continue;
        co_await answer_activity_task(std::move(task).value());
    }
    --loops_;
}

Async<void> Worker::answer_activity_task(api::PollActivityTaskQueueResponse task) {
    co_await think();
    const bool fails =
        cluster_.random().below(10) < static_cast<std::uint64_t>(script_.activity_failures_in_ten);
    if (fails) {
        api::RespondActivityTaskFailedRequest request;
        request.set_task_token(task.task_token());
        request.mutable_failure()->set_message("by the seed");
        request.mutable_failure()->mutable_application_failure_info();
        (void)co_await cluster_.call<api::RespondActivityTaskFailedResponse>(
            "RespondActivityTaskFailed", std::move(request));
        co_return;
    }
    api::RespondActivityTaskCompletedRequest request;
    request.set_task_token(task.task_token());
    (void)co_await cluster_.call<api::RespondActivityTaskCompletedResponse>(
        "RespondActivityTaskCompleted", std::move(request));
}

}  // namespace server::sim

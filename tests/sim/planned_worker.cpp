#include "tests/sim/planned_worker.h"

#include <set>

#include "server/workflow/api.h"

namespace server::sim {

namespace {

using History = ::temporal::api::history::v1::History;
using HistoryEvent = ::temporal::api::history::v1::HistoryEvent;
using Answer = api::RespondWorkflowTaskCompletedRequest;

constexpr const char* kPlannedQueue = "planned";

std::string action_key(std::size_t stage, std::size_t number) {
    return std::to_string(stage) + "." + std::to_string(number);
}

// What a history says of the actions of a plan, by their keys.
class Progress {
public:
    explicit Progress(const History& history) {
        for (const HistoryEvent& event : history.events()) {
            look_at_start(event);
            look_at_activity(event);
            look_at_timer(event);
            look_at_child(event);
            look_at_external(event);
        }
    }

    std::string workflow_id;
    int generation = 0;
    bool cancel_requested = false;

    bool begun(const std::string& key) const { return begun_.count(key) > 0; }
    bool over(const std::string& key, const Action& action) const {
        const bool enough = !action.awaited && started_.count(key) > 0;
        return enough || over_.count(key) > 0;
    }

private:
    void begin(const HistoryEvent& event, const std::string& key) {
        begun_.insert(key);
        key_of_[event.event_id()] = key;
    }
    void end(std::int64_t begun_by) { over_.insert(key_of_[begun_by]); }

    void look_at_start(const HistoryEvent& event) {
        cancel_requested |= event.has_workflow_execution_cancel_requested_event_attributes();
        if (!event.has_workflow_execution_started_event_attributes()) return;
        const auto& started = event.workflow_execution_started_event_attributes();
        workflow_id = started.workflow_id();
        if (started.input().payloads_size() > 0) {
            generation = std::stoi(started.input().payloads(0).data());
        }
    }
    void look_at_activity(const HistoryEvent& event) {
        if (event.has_activity_task_scheduled_event_attributes()) {
            begin(event, event.activity_task_scheduled_event_attributes().activity_id());
        } else if (event.has_activity_task_completed_event_attributes()) {
            end(event.activity_task_completed_event_attributes().scheduled_event_id());
        } else if (event.has_activity_task_failed_event_attributes()) {
            end(event.activity_task_failed_event_attributes().scheduled_event_id());
        } else if (event.has_activity_task_timed_out_event_attributes()) {
            end(event.activity_task_timed_out_event_attributes().scheduled_event_id());
        }
    }
    void look_at_timer(const HistoryEvent& event) {
        if (event.has_timer_started_event_attributes()) {
            begin(event, event.timer_started_event_attributes().timer_id());
        } else if (event.has_timer_fired_event_attributes()) {
            end(event.timer_fired_event_attributes().started_event_id());
        }
    }
    void look_at_child(const HistoryEvent& event) {
        if (event.has_start_child_workflow_execution_initiated_event_attributes()) {
            begin(event,
                  event.start_child_workflow_execution_initiated_event_attributes().control());
        } else if (event.has_start_child_workflow_execution_failed_event_attributes()) {
            end(event.start_child_workflow_execution_failed_event_attributes()
                    .initiated_event_id());
        } else if (event.has_child_workflow_execution_started_event_attributes()) {
            started_.insert(key_of_[event.child_workflow_execution_started_event_attributes()
                                        .initiated_event_id()]);
        } else if (event.has_child_workflow_execution_completed_event_attributes()) {
            end(event.child_workflow_execution_completed_event_attributes().initiated_event_id());
        } else if (event.has_child_workflow_execution_failed_event_attributes()) {
            end(event.child_workflow_execution_failed_event_attributes().initiated_event_id());
        } else if (event.has_child_workflow_execution_canceled_event_attributes()) {
            end(event.child_workflow_execution_canceled_event_attributes().initiated_event_id());
        } else if (event.has_child_workflow_execution_terminated_event_attributes()) {
            end(event.child_workflow_execution_terminated_event_attributes().initiated_event_id());
        }
    }
    void look_at_external(const HistoryEvent& event) {
        if (event.has_signal_external_workflow_execution_initiated_event_attributes()) {
            begin(event,
                  event.signal_external_workflow_execution_initiated_event_attributes().control());
        } else if (event.has_external_workflow_execution_signaled_event_attributes()) {
            end(event.external_workflow_execution_signaled_event_attributes().initiated_event_id());
        } else if (event.has_signal_external_workflow_execution_failed_event_attributes()) {
            end(event.signal_external_workflow_execution_failed_event_attributes()
                    .initiated_event_id());
        } else if (
            event.has_request_cancel_external_workflow_execution_initiated_event_attributes()) {
            begin(event,
                  event.request_cancel_external_workflow_execution_initiated_event_attributes()
                      .control());
        } else if (event.has_external_workflow_execution_cancel_requested_event_attributes()) {
            end(event.external_workflow_execution_cancel_requested_event_attributes()
                    .initiated_event_id());
        } else if (event.has_request_cancel_external_workflow_execution_failed_event_attributes()) {
            end(event.request_cancel_external_workflow_execution_failed_event_attributes()
                    .initiated_event_id());
        }
    }

    std::set<std::string> begun_;
    std::set<std::string> started_;
    std::set<std::string> over_;
    std::map<std::int64_t, std::string> key_of_;
};

void add_activity(Answer& answer, const std::string& key) {
    auto& command = *answer.add_commands();
    command.set_command_type(enums::COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK);
    auto& attributes = *command.mutable_schedule_activity_task_command_attributes();
    attributes.set_activity_id(key);
    attributes.mutable_activity_type()->set_name("work");
    attributes.mutable_start_to_close_timeout()->set_seconds(10);
    attributes.mutable_retry_policy()->set_maximum_attempts(5);
}

void add_timer(Answer& answer, const std::string& key, Duration duration) {
    auto& command = *answer.add_commands();
    command.set_command_type(enums::COMMAND_TYPE_START_TIMER);
    auto& attributes = *command.mutable_start_timer_command_attributes();
    attributes.set_timer_id(key);
    *attributes.mutable_start_to_fire_timeout() = workflow::to_duration(duration.count());
}

void add_child(Answer& answer, const std::string& key, const Action& action) {
    auto& command = *answer.add_commands();
    command.set_command_type(enums::COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION);
    auto& attributes = *command.mutable_start_child_workflow_execution_command_attributes();
    attributes.set_workflow_id(action.target);
    attributes.mutable_workflow_type()->set_name("planned");
    attributes.set_parent_close_policy(action.policy);
    attributes.set_control(key);
}

void add_signal(Answer& answer, const std::string& key, const std::string& target) {
    auto& command = *answer.add_commands();
    command.set_command_type(enums::COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION);
    auto& attributes = *command.mutable_signal_external_workflow_execution_command_attributes();
    attributes.mutable_execution()->set_workflow_id(target);
    attributes.set_signal_name("external");
    attributes.set_control(key);
}

void add_cancel(Answer& answer, const std::string& key, const std::string& target) {
    auto& command = *answer.add_commands();
    command.set_command_type(enums::COMMAND_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION);
    auto& attributes =
        *command.mutable_request_cancel_external_workflow_execution_command_attributes();
    attributes.set_workflow_id(target);
    attributes.set_control(key);
}

void begin_action(Answer& answer, const std::string& key, const Action& action) {
    switch (action.kind) {
    case Action::Kind::activity: return add_activity(answer, key);
    case Action::Kind::timer: return add_timer(answer, key, action.duration);
    case Action::Kind::child: return add_child(answer, key, action);
    case Action::Kind::signal: return add_signal(answer, key, action.target);
    case Action::Kind::cancel: return add_cancel(answer, key, action.target);
    }
}

void end_workflow(Answer& answer, Plan::End end, int generation) {
    auto& command = *answer.add_commands();
    switch (end) {
    case Plan::End::complete:
        command.set_command_type(enums::COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION);
        command.mutable_complete_workflow_execution_command_attributes();
        return;
    case Plan::End::fail:
        command.set_command_type(enums::COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION);
        command.mutable_fail_workflow_execution_command_attributes()
            ->mutable_failure()
            ->set_message("by plan");
        return;
    case Plan::End::continue_as_new:
        command.set_command_type(enums::COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION);
        command.mutable_continue_as_new_workflow_execution_command_attributes()
            ->mutable_input()
            ->add_payloads()
            ->set_data(std::to_string(generation + 1));
        return;
    }
}

}  // namespace

api::StartWorkflowExecutionRequest planned_start(const std::string& workflow_id) {
    api::StartWorkflowExecutionRequest request;
    request.set_namespace_("default");
    request.set_workflow_id(workflow_id);
    request.mutable_workflow_type()->set_name("planned");
    request.mutable_task_queue()->set_name(kPlannedQueue);
    request.set_request_id("start-" + workflow_id);
    return request;
}

Answer planned_answer(const History& history, const Habits& habits) {
    Answer answer;
    const Progress progress(history);
    if (progress.cancel_requested) {
        auto& command = *answer.add_commands();
        command.set_command_type(enums::COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION);
        command.mutable_cancel_workflow_execution_command_attributes();
        return answer;
    }
    const Plan plan =
        make_plan(habits.seed, progress.workflow_id, progress.generation, habits.roots);
    for (std::size_t stage = 0; stage < plan.stages.size(); ++stage) {
        bool over = true;
        for (std::size_t number = 0; number < plan.stages[stage].size(); ++number) {
            const Action& action = plan.stages[stage][number];
            const std::string key = action_key(stage, number);
            if (!progress.begun(key)) begin_action(answer, key, action);
            over = over && progress.over(key, action);
        }
        if (!over) return answer;
    }
    end_workflow(answer, plan.end, progress.generation);
    return answer;
}

common::Payloads planned_query_answer(const api::PollWorkflowTaskQueueResponse& task) {
    common::Payloads answer;
    answer.add_payloads()->set_data(task.workflow_execution().run_id());
    for (const HistoryEvent& event : task.history().events()) {
        if (!event.has_workflow_execution_signaled_event_attributes()) continue;
        answer.add_payloads()->set_data(
            event.workflow_execution_signaled_event_attributes().request_id());
    }
    return answer;
}

bool PlannedWorker::happens(int in_hundred) {
    return cluster_.random().below(100) < static_cast<std::uint64_t>(in_hundred);
}

Async<void> PlannedWorker::think() {
    const auto bound = static_cast<std::uint64_t>(habits_.think_max.count());
    co_await cluster_.clock().sleep_for(
        Duration{static_cast<std::int64_t>(cluster_.random().below(bound))});
}

Async<void> PlannedWorker::ended() {
    while (loops_ > 0) co_await cluster_.clock().sleep_for(1s);
}

Async<void> PlannedWorker::poll_workflow_tasks() {
    ++loops_;
    while (!stopping_) {
        api::PollWorkflowTaskQueueRequest poll;
        poll.set_namespace_("default");
        poll.mutable_task_queue()->set_name(kPlannedQueue);
        poll.set_identity("planned-worker");
        auto task = co_await cluster_.call<api::PollWorkflowTaskQueueResponse>(
            "PollWorkflowTaskQueue", std::move(poll), 70s);
        if (!task.ok() || task->task_token().empty()) continue;
        co_await answer_workflow_task(std::move(task).value());
    }
    --loops_;
}

Async<void> PlannedWorker::answer_workflow_task(api::PollWorkflowTaskQueueResponse task) {
    co_await think();
    if (happens(habits_.answers_lost_in_hundred)) co_return;
    if (task.has_query()) {
        api::RespondQueryTaskCompletedRequest answer;
        answer.set_task_token(task.task_token());
        answer.set_completed_type(enums::QUERY_RESULT_TYPE_ANSWERED);
        *answer.mutable_query_result() = planned_query_answer(task);
        (void)co_await cluster_.call<api::RespondQueryTaskCompletedResponse>(
            "RespondQueryTaskCompleted", std::move(answer));
        co_return;
    }
    if (happens(habits_.tasks_failed_in_hundred)) {
        api::RespondWorkflowTaskFailedRequest failed;
        failed.set_task_token(task.task_token());
        failed.set_cause(enums::WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE);
        (void)co_await cluster_.call<api::RespondWorkflowTaskFailedResponse>(
            "RespondWorkflowTaskFailed", std::move(failed));
        co_return;
    }
    Answer answer = planned_answer(task.history(), habits_);
    answer.set_task_token(task.task_token());
    answer.set_identity("planned-worker");
    for (const auto& [id, query] : task.queries()) {
        auto& result = (*answer.mutable_query_results())[id];
        result.set_result_type(enums::QUERY_RESULT_TYPE_ANSWERED);
        *result.mutable_answer() = planned_query_answer(task);
    }
    // A refusal is the server's to handle: the task comes again.
    (void)co_await cluster_.call<api::RespondWorkflowTaskCompletedResponse>(
        "RespondWorkflowTaskCompleted", std::move(answer));
}

Async<void> PlannedWorker::poll_activity_tasks() {
    ++loops_;
    while (!stopping_) {
        api::PollActivityTaskQueueRequest poll;
        poll.set_namespace_("default");
        poll.mutable_task_queue()->set_name(kPlannedQueue);
        poll.set_identity("planned-worker");
        auto task = co_await cluster_.call<api::PollActivityTaskQueueResponse>(
            "PollActivityTaskQueue", std::move(poll), 70s);
        if (!task.ok() || task->task_token().empty()) continue;
        co_await answer_activity_task(std::move(task).value());
    }
    --loops_;
}

Async<void> PlannedWorker::answer_activity_task(api::PollActivityTaskQueueResponse task) {
    co_await think();
    if (happens(habits_.answers_lost_in_hundred)) co_return;
    if (happens(habits_.activities_failed_in_hundred)) {
        api::RespondActivityTaskFailedRequest failed;
        failed.set_task_token(task.task_token());
        failed.mutable_failure()->set_message("by the seed");
        failed.mutable_failure()->mutable_application_failure_info();
        (void)co_await cluster_.call<api::RespondActivityTaskFailedResponse>(
            "RespondActivityTaskFailed", std::move(failed));
        co_return;
    }
    api::RespondActivityTaskCompletedRequest completed;
    completed.set_task_token(task.task_token());
    (void)co_await cluster_.call<api::RespondActivityTaskCompletedResponse>(
        "RespondActivityTaskCompleted", std::move(completed));
}

}  // namespace server::sim

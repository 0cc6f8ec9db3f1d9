#include "bench/instructions/hot_run.h"

#include "server/base/assert.h"
#include "server/workflow/operations/activity.h"
#include "server/workflow/operations/due.h"
#include "server/workflow/operations/start_run.h"
#include "server/workflow/operations/workflow_task.h"

namespace server::bench {

namespace {

using namespace server::workflow;

constexpr TimePoint kStart = from_unix_nanos(1'700'000'000'000'000'000);

api::StartWorkflowExecutionRequest start_request() {
    api::StartWorkflowExecutionRequest request;
    request.set_namespace_("default");
    request.set_workflow_id("bench-12345678-4711");
    request.mutable_workflow_type()->set_name("bench-12345678");
    request.mutable_task_queue()->set_name("bench-12345678-0");
    request.set_identity("temporal-bench");
    request.set_request_id("bench-12345678-4711/start");
    request.mutable_input()->add_payloads()->set_data("1 1 0 0 0 10000 0 0 0 1 0 0");
    return request;
}

command::Command activity_command(const std::string& id) {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK);
    auto& attributes = *command.mutable_schedule_activity_task_command_attributes();
    attributes.set_activity_id(id);
    attributes.mutable_activity_type()->set_name("CannedActivity");
    attributes.mutable_task_queue()->set_name("bench-12345678-0");
    attributes.mutable_start_to_close_timeout()->set_seconds(60);
    attributes.mutable_input()->add_payloads()->set_data("1 1 0 0 0 10000 0 0 0 1 0 0");
    return command;
}

command::Command timer_command(const std::string& id) {
    command::Command command;
    command.set_command_type(enums::COMMAND_TYPE_START_TIMER);
    command.mutable_start_timer_command_attributes()->set_timer_id(id);
    command.mutable_start_timer_command_attributes()->mutable_start_to_fire_timeout()->set_seconds(
        3'600);
    return command;
}

}  // namespace

HotRun::HotRun() {
    environment_.now = kStart;
    environment_.next_task_id = TaskId{1'000'000};
    environment_.random = 42;
    environment_.namespace_name = "default";
    NewRun run = start_run({"3f1c", "bench-12345678-4711", "11111111-1111-4111-8111-111111111111"},
                           start_request(), environment_);
    state_ = std::move(run.state);
    absorb(std::move(run.transition));
}

void HotRun::schedule(int activities, int timers) {
    api::RespondWorkflowTaskCompletedRequest request;
    for (int index = 0; index < activities; ++index) {
        *request.add_commands() = activity_command("a" + std::to_string(++ids_));
    }
    for (int index = 0; index < timers; ++index) {
        *request.add_commands() = timer_command("t" + std::to_string(++ids_));
    }
    workflow_task(std::move(request));
}

void HotRun::do_activity() {
    EventId oldest = 0;
    std::int32_t attempt = 1;
    state_->activities().for_each([&](EventId id, const state::v1::Activity& activity) {
        if (oldest != 0) return;
        oldest = id;
        attempt = activity.attempt();
    });
    ActivityStart start;
    start.scheduled_event_id = oldest;
    start.request_id = "poll-" + std::to_string(++ids_);
    start.identity = "temporal-bench";
    take(start_activity(*state_, environment_, start));
    state::v1::TaskToken token;
    token.set_scheduled_event_id(oldest);
    token.set_attempt(attempt);
    api::RespondActivityTaskCompletedRequest request;
    request.set_identity("temporal-bench");
    request.mutable_result()->add_payloads()->set_data("attempt 1");
    take(complete_activity(*state_, environment_, token, request));
}

void HotRun::complete() {
    api::RespondWorkflowTaskCompletedRequest request;
    request.add_commands()->set_command_type(enums::COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION);
    workflow_task(std::move(request));
}

void HotRun::workflow_task(api::RespondWorkflowTaskCompletedRequest request) {
    WorkflowTaskStart start;
    start.scheduled_event_id = state_->workflow_task()->scheduled_event_id();
    start.stamp = state_->workflow_task()->stamp();
    start.request_id = "poll-" + std::to_string(++ids_);
    start.identity = "temporal-bench";
    start.task_queue = "bench-12345678-0";
    take(start_workflow_task(*state_, environment_, start));
    request.set_identity("temporal-bench");
    const state::v1::TaskToken token = workflow_task_token(*state_);
    take(complete_workflow_task(*state_, environment_, token, request));
}

template <class Reply>
void HotRun::take(Decision<Reply> decision) {
    ASSERT(decision.reply.ok(), decision.reply.status().message());
    ASSERT(decision.transition.has_value(), "a step that changes nothing");
    absorb(std::move(*decision.transition));
}

// What a commit does with a transition, the store left out.
void HotRun::absorb(Transition transition) {
    for (const EncodedBatch& batch : transition.history) bytes_ += batch.events.size();
    for (const OutboxEntry& entry : transition.tasks) {
        bytes_ += entry.task.SerializeAsString().size();
    }
    for (const ItemWrite& write : transition.next.changed_items()) {
        bytes_ += write.value ? write.value->size() : 0;
    }
    bytes_ += transition.next.encode_info().size();
    environment_.next_task_id = transition.next_task_id;
    environment_.random += 1;
    state_->absorb(std::move(transition.next));
    if (state_->running()) {
        const auto due = next_due(*state_);
        bytes_ += due == kNever ? 0 : 1;
    }
}

}  // namespace server::bench

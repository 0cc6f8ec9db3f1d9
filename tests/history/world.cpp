#include "tests/history/world.h"

#include "temporal/api/enums/v1/command_type.pb.h"

namespace server::tests {

namespace {

namespace enums = ::temporal::api::enums::v1;

struct Done {};

Async<Result<Done>> start_and_tell(history::Service& service) {
    CO_TRY(co_await service.start());
    co_return Done{};
}

Async<Result<Done>> stop_and_tell(history::Service& service) {
    co_await service.stop();
    co_return Done{};
}

rpc::CallContext context_until(TimePoint deadline) {
    rpc::CallContext call;
    call.deadline = deadline;
    return call;
}

}  // namespace

Command start_timer(const std::string& timer_id, Duration duration) {
    Command command;
    command.set_command_type(enums::COMMAND_TYPE_START_TIMER);
    auto& attributes = *command.mutable_start_timer_command_attributes();
    attributes.set_timer_id(timer_id);
    *attributes.mutable_start_to_fire_timeout() = workflow::to_duration(duration.count());
    return command;
}

Command schedule_activity(const std::string& activity_id, Duration timeout) {
    Command command;
    command.set_command_type(enums::COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK);
    auto& attributes = *command.mutable_schedule_activity_task_command_attributes();
    attributes.set_activity_id(activity_id);
    attributes.mutable_activity_type()->set_name("charge");
    attributes.mutable_task_queue()->set_name(kQueue);
    attributes.mutable_input()->add_payloads()->set_data("7");
    *attributes.mutable_start_to_close_timeout() = workflow::to_duration(timeout.count());
    return command;
}

Command complete_workflow() {
    Command command;
    command.set_command_type(enums::COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION);
    command.mutable_complete_workflow_execution_command_attributes();
    return command;
}

Command continue_as_new() {
    Command command;
    command.set_command_type(enums::COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION);
    auto& attributes = *command.mutable_continue_as_new_workflow_execution_command_attributes();
    attributes.mutable_workflow_type()->set_name("order");
    attributes.mutable_task_queue()->set_name(kQueue);
    return command;
}

std::string kinds(const ::temporal::api::history::v1::History& history) {
    constexpr std::string_view kPrefix = "EVENT_TYPE_";
    std::string text;
    for (const auto& event : history.events()) {
        if (!text.empty()) text += ' ';
        text += enums::EventType_Name(event.event_type()).substr(kPrefix.size());
    }
    return text;
}

World::World(history::Options chosen, VisibilityAt visibility) : options(std::move(chosen)) {
    if (visibility == VisibilityAt::its_own_database) store.give_visibility_its_own_database();
    namespace_id = must(namespaces.ensure("default", 24h))->id;
    history = make_service();
    start_service();
}

World::~World() { stop(); }

std::unique_ptr<history::Service> World::make_service() {
    const history::Collaborators collaborators{clock, random, lanes, store, namespaces, &metrics};
    auto service = std::make_unique<history::Service>(collaborators, options);
    service->connect(matching);
    return service;
}

void World::start_service() { must(start_and_tell(*history)); }

void World::stop() {
    if (!history) return;
    const auto stopped = run(stop_and_tell(*history));
    CHECK(stopped->done());  // nothing was left behind that only time could end
    while (!stopped->done()) advance(1s);
    history.reset();
}

void World::restart() {
    stop();
    history = make_service();
    start_service();
}

role::v1::StartWorkflowRequest World::start_request(const std::string& workflow_id) {
    role::v1::StartWorkflowRequest request;
    request.set_namespace_id(namespace_id);
    auto& start = *request.mutable_request();
    start.set_namespace_("default");
    start.set_workflow_id(workflow_id);
    start.mutable_workflow_type()->set_name("order");
    start.mutable_task_queue()->set_name(kQueue);
    start.set_request_id("start-" + workflow_id);
    start.set_identity("client");
    start.set_workflow_id_reuse_policy(enums::WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE);
    start.set_workflow_id_conflict_policy(enums::WORKFLOW_ID_CONFLICT_POLICY_FAIL);
    return request;
}

CallPtr<api::StartWorkflowExecutionResponse> World::start(role::v1::StartWorkflowRequest request) {
    return run(history->start_workflow({}, std::move(request)));
}

std::string World::start(const std::string& workflow_id) {
    return start(start_request(workflow_id))->value().run_id();
}

role::v1::SignalWorkflowRequest World::signal_request(const std::string& workflow_id,
                                                      const std::string& name,
                                                      const std::string& request_id) {
    role::v1::SignalWorkflowRequest request;
    request.set_namespace_id(namespace_id);
    auto& signal = *request.mutable_request();
    signal.set_namespace_("default");
    signal.mutable_workflow_execution()->set_workflow_id(workflow_id);
    signal.set_signal_name(name);
    signal.set_request_id(request_id);
    return request;
}

CallPtr<api::SignalWorkflowExecutionResponse> World::signal(const std::string& workflow_id,
                                                            const std::string& name,
                                                            const std::string& request_id) {
    return run(history->signal_workflow({}, signal_request(workflow_id, name, request_id)));
}

CallPtr<api::TerminateWorkflowExecutionResponse> World::terminate(const std::string& workflow_id) {
    role::v1::TerminateWorkflowRequest request;
    request.set_namespace_id(namespace_id);
    request.mutable_request()->mutable_workflow_execution()->set_workflow_id(workflow_id);
    request.mutable_request()->set_reason("test");
    return run(history->terminate_workflow({}, std::move(request)));
}

role::v1::GetHistoryRequest World::history_request(const std::string& workflow_id) {
    role::v1::GetHistoryRequest request;
    request.set_namespace_id(namespace_id);
    request.mutable_request()->mutable_execution()->set_workflow_id(workflow_id);
    return request;
}

CallPtr<api::GetWorkflowExecutionHistoryResponse> World::get_history(
    role::v1::GetHistoryRequest request, TimePoint deadline) {
    auto call = std::make_shared<Call<api::GetWorkflowExecutionHistoryResponse>>();
    rpc::CallContext call_context = context_until(deadline);
    call_context.cancellation = call->cancellation;
    return run(history->get_history(std::move(call_context), std::move(request)), call);
}

::temporal::api::history::v1::History World::history_of(const std::string& workflow_id,
                                                        const std::string& run_id) {
    auto request = history_request(workflow_id);
    request.mutable_request()->mutable_execution()->set_run_id(run_id);
    return get_history(std::move(request))->value().history();
}

CallPtr<api::QueryWorkflowResponse> World::query(const std::string& workflow_id,
                                                 TimePoint deadline) {
    role::v1::QueryWorkflowRequest request;
    request.set_namespace_id(namespace_id);
    request.mutable_request()->mutable_execution()->set_workflow_id(workflow_id);
    request.mutable_request()->mutable_query()->set_query_type("state");
    auto call = std::make_shared<Call<api::QueryWorkflowResponse>>();
    rpc::CallContext call_context = context_until(deadline);
    call_context.cancellation = call->cancellation;
    return run(history->query_workflow(std::move(call_context), std::move(request)), call);
}

role::v1::RecordWorkflowTaskStartedRequest World::poll_request(const std::string& workflow_id,
                                                               const std::string& queue) {
    const auto& added = matching.last(workflow_id, kWorkflowTask);
    role::v1::RecordWorkflowTaskStartedRequest request;
    request.set_namespace_id(namespace_id);
    request.mutable_execution()->set_workflow_id(workflow_id);
    request.mutable_execution()->set_run_id(added.task().run_id());
    request.set_scheduled_event_id(added.task().scheduled_event_id());
    request.set_stamp(added.task().stamp());
    request.set_request_id(random.uuid());
    request.mutable_poll()->set_identity("worker-1");
    request.mutable_poll()->mutable_task_queue()->set_name(queue);
    return request;
}

api::PollWorkflowTaskQueueResponse World::poll(const std::string& workflow_id,
                                               const std::string& queue) {
    return must(history->record_workflow_task_started({}, poll_request(workflow_id, queue)));
}

role::v1::RespondWorkflowTaskCompletedRequest World::completion(
    const api::PollWorkflowTaskQueueResponse& task, std::vector<Command> commands, bool sticky) {
    role::v1::RespondWorkflowTaskCompletedRequest request;
    request.set_namespace_id(namespace_id);
    request.mutable_request()->set_task_token(task.task_token());
    request.mutable_request()->set_identity("worker-1");
    for (auto& command : commands) *request.mutable_request()->add_commands() = std::move(command);
    if (sticky) {
        auto& attributes = *request.mutable_request()->mutable_sticky_attributes();
        attributes.mutable_worker_task_queue()->set_name(kStickyQueue);
        attributes.mutable_worker_task_queue()->set_kind(enums::TASK_QUEUE_KIND_STICKY);
        *attributes.mutable_schedule_to_start_timeout() =
            workflow::to_duration(Duration(10s).count());
    }
    return request;
}

CallPtr<api::RespondWorkflowTaskCompletedResponse> World::complete(
    const api::PollWorkflowTaskQueueResponse& task, std::vector<Command> commands, bool sticky) {
    return run(history->respond_workflow_task_completed(
        {}, completion(task, std::move(commands), sticky)));
}

api::PollActivityTaskQueueResponse World::poll_activity(const std::string& workflow_id) {
    const auto& added = matching.last(workflow_id, kActivityTask);
    role::v1::RecordActivityTaskStartedRequest request;
    request.set_namespace_id(namespace_id);
    request.mutable_execution()->set_workflow_id(workflow_id);
    request.mutable_execution()->set_run_id(added.task().run_id());
    request.set_scheduled_event_id(added.task().scheduled_event_id());
    request.set_stamp(added.task().stamp());
    request.set_request_id(random.uuid());
    return must(history->record_activity_task_started({}, std::move(request)));
}

history::Shard& World::shard_of(const std::string& workflow_id) {
    return history->shard_of_workflow(namespace_id, workflow_id);
}

RunKey World::run_key(const std::string& workflow_id) {
    const ShardId shard = shard_of(workflow_id).id();
    const auto current = must(store.runs().find_current_run(shard, namespace_id, workflow_id));
    REQUIRE(current.has_value());
    return {namespace_id, workflow_id, current->run_id};
}

store::StoredRun World::stored_run(const std::string& workflow_id) {
    const ShardId shard = shard_of(workflow_id).id();
    auto stored = must(store.runs().find_run(shard, run_key(workflow_id)));
    REQUIRE(stored.has_value());
    return *stored;
}

std::vector<store::OutboxTask> World::outbox(const std::string& workflow_id) {
    constexpr std::int32_t kAll = 1'000'000;
    return must(store.runs().read_outbox(shard_of(workflow_id).id(), TaskId{0}, kAll));
}

}  // namespace server::tests

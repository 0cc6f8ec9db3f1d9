#include "tests/matching/world.h"

#include "temporal/api/enums/v1/task_queue.pb.h"

namespace server::tests {

namespace {

namespace enums = ::temporal::api::enums::v1;

template <class Request>
void fill_poll(const PollOptions& options, Request& poll) {
    poll.mutable_task_queue()->set_name(options.queue);
    poll.mutable_task_queue()->set_kind(options.sticky ? enums::TASK_QUEUE_KIND_STICKY
                                                       : enums::TASK_QUEUE_KIND_NORMAL);
    poll.set_identity(options.identity);
    poll.set_worker_instance_key(options.worker_instance_key);
}

role::v1::AddTaskRequest add_request(std::string workflow_id, const TaskOptions& options,
                                     TimePoint now, int type) {
    role::v1::AddTaskRequest request;
    request.set_task_queue(options.queue);
    request.set_task_queue_type(type);
    request.set_sticky(options.sticky);
    state::v1::BacklogTask& task = *request.mutable_task();
    task.set_namespace_id(kNamespace);
    task.set_workflow_id(std::move(workflow_id));
    task.set_run_id("run-1");
    task.set_scheduled_event_id(2);
    task.set_created_ns(unix_nanos(now));
    if (options.expires_after > Duration{}) {
        task.set_expires_ns(unix_nanos(now + options.expires_after));
    }
    if (options.priority > 0) task.mutable_priority()->set_priority_key(options.priority);
    task.mutable_priority()->set_fairness_key(options.fairness_key);
    task.mutable_priority()->set_fairness_weight(options.fairness_weight);
    return request;
}

// What the frontend passes on to the worker.
template <class Response, class Answer>
Async<Result<Response>> response_of(Async<Result<Answer>> poll) {
    CO_TRY_ASSIGN(Answer answer, co_await std::move(poll));
    co_return std::move(*answer.mutable_response());
}

Async<void> stop_and_tell(matching::Service& matching, std::shared_ptr<bool> stopped) {
    co_await matching.stop();
    *stopped = true;
}

}  // namespace

cluster::ViewPtr view_of(const std::vector<std::string>& addresses) {
    std::vector<store::MemberRecord> members;
    for (const std::string& address : addresses) {
        store::MemberRecord member;
        member.host_id = "host of " + address;
        member.role = Role::matching;
        member.address = address;
        members.push_back(std::move(member));
    }
    return std::make_shared<const cluster::View>(std::move(members));
}

std::shared_ptr<const bool> World::begin_stop() {
    auto stopped = std::make_shared<bool>(false);
    boost::asio::co_spawn(context, stop_and_tell(*matching, stopped), boost::asio::detached);
    settle();
    return stopped;
}

void World::stop() {
    if (!matching) return;
    const auto stopped = begin_stop();
    history.release();
    store.release();
    settle();
    CHECK(*stopped);  // nothing was left behind that only time could end
    while (!*stopped) advance(1s);
    matching.reset();
}

rpc::CallContext World::context_for(TimePoint deadline) const {
    rpc::CallContext call;
    call.deadline = deadline;
    return call;
}

WorkflowPollCall World::poll(PollOptions options) {
    auto call = std::make_shared<Call<rpc::api::PollWorkflowTaskQueueResponse>>();
    rpc::CallContext context_of_call = context_for(clock.now() + options.deadline);
    context_of_call.cancellation = call->cancellation;
    role::v1::PollWorkflowTaskQueueRequest request;
    request.set_namespace_id(kNamespace);
    fill_poll(options, *request.mutable_request());
    auto polled =
        matching->poll_workflow_task_queue(std::move(context_of_call), std::move(request));
    return run(response_of<rpc::api::PollWorkflowTaskQueueResponse>(std::move(polled)), call);
}

ActivityPollCall World::poll_activity(PollOptions options) {
    auto call = std::make_shared<Call<rpc::api::PollActivityTaskQueueResponse>>();
    rpc::CallContext context_of_call = context_for(clock.now() + options.deadline);
    context_of_call.cancellation = call->cancellation;
    role::v1::PollActivityTaskQueueRequest request;
    request.set_namespace_id(kNamespace);
    fill_poll(options, *request.mutable_request());
    if (options.rate) {
        request.mutable_request()
            ->mutable_task_queue_metadata()
            ->mutable_max_tasks_per_second()
            ->set_value(*options.rate);
    }
    request.set_partitions(options.partitions);
    auto polled =
        matching->poll_activity_task_queue(std::move(context_of_call), std::move(request));
    return run(response_of<rpc::api::PollActivityTaskQueueResponse>(std::move(polled)), call);
}

AddCall World::add(std::string workflow_id, TaskOptions options) {
    auto request =
        add_request(std::move(workflow_id), options, clock.now(), enums::TASK_QUEUE_TYPE_WORKFLOW);
    return run(matching->add_task(context_for(kNever), std::move(request)));
}

AddCall World::add_activity(std::string workflow_id, TaskOptions options) {
    auto request =
        add_request(std::move(workflow_id), options, clock.now(), enums::TASK_QUEUE_TYPE_ACTIVITY);
    return run(matching->add_task(context_for(kNever), std::move(request)));
}

QueryCall World::query(std::string queue, bool sticky, Duration deadline) {
    auto call = std::make_shared<Call<rpc::api::QueryWorkflowResponse>>();
    rpc::CallContext context_of_call = context_for(clock.now() + deadline);
    context_of_call.cancellation = call->cancellation;
    role::v1::DispatchQueryRequest request;
    request.set_namespace_id(kNamespace);
    request.set_task_queue(std::move(queue));
    request.set_sticky(sticky);
    request.mutable_task()->mutable_query()->set_query_type("status");
    request.mutable_task()->mutable_workflow_execution()->set_workflow_id("queried");
    return run(matching->dispatch_query(std::move(context_of_call), std::move(request)), call);
}

CallPtr<rpc::api::RespondQueryTaskCompletedResponse> World::answer_query(
    rpc::api::RespondQueryTaskCompletedRequest answer, std::string namespace_id) {
    role::v1::RespondQueryTaskCompletedRequest request;
    request.set_namespace_id(std::move(namespace_id));
    *request.mutable_request() = std::move(answer);
    return run(matching->respond_query_task_completed(context_for(kNever), std::move(request)));
}

void World::shut_down(rpc::api::ShutdownWorkerRequest request) {
    role::v1::ShutdownWorkerRequest shutdown;
    shutdown.set_namespace_id(kNamespace);
    *shutdown.mutable_request() = std::move(request);
    const auto call = run(matching->shutdown_worker(context_for(kNever), std::move(shutdown)));
    REQUIRE(call->done());
    REQUIRE(call->result->ok());
}

Result<rpc::api::DescribeTaskQueueResponse> World::describe(
    rpc::api::DescribeTaskQueueRequest request) {
    role::v1::DescribeTaskQueueRequest describe;
    describe.set_namespace_id(kNamespace);
    *describe.mutable_request() = std::move(request);
    const auto call = run(matching->describe_task_queue(context_for(kNever), std::move(describe)));
    REQUIRE(call->done());
    return *call->result;
}

}  // namespace server::tests

#include "server/matching/api/poll_task_queue.h"

#include <algorithm>

#include "temporal/api/enums/v1/task_queue.pb.h"

namespace server::matching {

namespace {

namespace enums = ::temporal::api::enums::v1;

template <class Poll>
Result<PartitionKey> polled_partition(const std::string& namespace_id, const Poll& poll, int type) {
    if (poll.task_queue().name().empty()) {
        return failed_precondition("task_queue of the poll is not set");
    }
    const bool is_sticky = type == enums::TASK_QUEUE_TYPE_WORKFLOW &&
                           poll.task_queue().kind() == enums::TASK_QUEUE_KIND_STICKY;
    return PartitionKey{namespace_id, poll.task_queue().name(), type, is_sticky};
}

template <class Request>
Poller poller_of(const Request& poll) {
    Poller poller;
    poller.identity = poll.identity();
    poller.worker_instance_key = poll.worker_instance_key();
    poller.info.set_identity(poll.identity());
    poller.info.set_rate_per_second(kRateUnlimited);
    if (poll.has_worker_version_capabilities()) {
        *poller.info.mutable_worker_version_capabilities() = poll.worker_version_capabilities();
    }
    if (poll.has_deployment_options()) {
        *poller.info.mutable_deployment_options() = poll.deployment_options();
    }
    return poller;
}

// The parts in which the two kinds of polls differ.
struct WorkflowPolls {
    using Request = role::v1::PollWorkflowTaskQueueRequest;
    using Response = rpc::api::PollWorkflowTaskQueueResponse;
    using Answer = role::v1::PollWorkflowTaskQueueResponse;
    using RecordRequest = role::v1::RecordWorkflowTaskStartedRequest;

    static Poller poller(const Request& request) { return poller_of(request.request()); }
    static Async<Result<Answer>> poll(rpc::Matching& matching, rpc::CallContext context,
                                      Request request) {
        return matching.poll_workflow_task_queue(std::move(context), std::move(request));
    }
    static Async<Result<Response>> record_started(rpc::History& history, rpc::CallContext context,
                                                  RecordRequest request) {
        return history.record_workflow_task_started(std::move(context), std::move(request));
    }
    static Response from_query(const Query& query) { return query.task; }
    static void complete(Response& response, const Partition& partition) {
        response.set_backlog_count_hint(partition.backlog_count_hint());
    }
};

struct ActivityPolls {
    using Request = role::v1::PollActivityTaskQueueRequest;
    using Response = rpc::api::PollActivityTaskQueueResponse;
    using Answer = role::v1::PollActivityTaskQueueResponse;
    using RecordRequest = role::v1::RecordActivityTaskStartedRequest;

    static Poller poller(const Request& request) {
        Poller poller = poller_of(request.request());
        if (!request.request().task_queue_metadata().has_max_tasks_per_second()) return poller;
        poller.rate_limit = request.request().task_queue_metadata().max_tasks_per_second().value();
        poller.partitions = request.partitions();
        poller.info.set_rate_per_second(*poller.rate_limit);
        return poller;
    }
    static Async<Result<Answer>> poll(rpc::Matching& matching, rpc::CallContext context,
                                      Request request) {
        return matching.poll_activity_task_queue(std::move(context), std::move(request));
    }
    static Async<Result<Response>> record_started(rpc::History& history, rpc::CallContext context,
                                                  RecordRequest request) {
        return history.record_activity_task_started(std::move(context), std::move(request));
    }
    static Response from_query(const Query&) { return {}; }  // no query comes to this type
    static void complete(Response&, const Partition&) {}
};

template <class RecordRequest, class Request>
RecordRequest record_request(Environment& environment, Task& task, const Request& poll) {
    if (task.request_id.empty()) task.request_id = environment.random.uuid();
    RecordRequest record;
    record.set_namespace_id(task.info.namespace_id());
    record.mutable_execution()->set_workflow_id(task.info.workflow_id());
    record.mutable_execution()->set_run_id(task.info.run_id());
    record.set_scheduled_event_id(task.info.scheduled_event_id());
    record.set_stamp(task.info.stamp());
    record.set_request_id(task.request_id);
    record.set_started_with(task.info.started_with());
    *record.mutable_poll() = poll.request();
    // History knows queues, not their partitions.
    auto& queue = *record.mutable_poll()->mutable_task_queue();
    queue.set_name(cluster::read_partition_name(queue.name()).queue);
    return record;
}

// Of record-started: it runs to its end even when the poll is cancelled.
rpc::CallContext record_context(const Environment& environment, const rpc::CallContext& poll) {
    rpc::CallContext context = poll;
    context.cancellation = Cancellation::create();
    context.deadline =
        saturating_add(environment.clock.now(), environment.options.record_started_timeout);
    return context;
}

template <class Kind>
typename Kind::Answer answer_with(typename Kind::Response response, const Partition& partition) {
    typename Kind::Answer answer;
    *answer.mutable_response() = std::move(response);
    answer.set_partitions(partition.partitions_for_polls());
    return answer;
}

// The same poll at the root, for what time it has left.
template <class Kind>
Async<Result<typename Kind::Answer>> poll_at_root(std::shared_ptr<Partition> partition, Poll& poll,
                                                  rpc::CallContext context,
                                                  typename Kind::Request request) {
    Environment& environment = partition->environment();
    request.set_forwarded_from(partition->key().name);
    request.mutable_request()->mutable_task_queue()->set_name(sibling(partition->key(), 0).name);
    const TimePoint latest = saturating_add(poll.ends(), environment.options.poll_margin);
    context.deadline = std::min(context.deadline, latest);
    context.cancellation = poll.at_root();
    auto call = Kind::poll(*environment.matching, std::move(context), std::move(request));
    Result<typename Kind::Answer> answer = co_await std::move(call);
    partition->returned_from_root(answer.status());
    co_return answer;
}

template <class Kind>
Async<Result<typename Kind::Response>> start_task(std::shared_ptr<Partition> partition,
                                                  TaskPtr task, rpc::CallContext context,
                                                  const typename Kind::Request& request) {
    Environment& environment = partition->environment();
    rpc::CallContext record_call = record_context(environment, context);
    auto record = record_request<typename Kind::RecordRequest>(environment, *task, request);
    auto call =
        Kind::record_started(*environment.history, std::move(record_call), std::move(record));
    Result<typename Kind::Response> started = co_await std::move(call);
    partition->record_started_ended(task, started.status());
    co_return started;
}

// Until a task was started, a query came, or the time is up.
template <class Kind>
Async<Result<typename Kind::Answer>> serve_poll(std::shared_ptr<Partition> partition,
                                                rpc::CallContext context,
                                                typename Kind::Request request) {
    ASSERT(partition->environment().history, "Service::connect is called before the first poll");
    partition->metrics().polled(request.request().namespace_());
    Poll poll(*partition, context, Kind::poller(request));
    for (;;) {
        const Work work = co_await partition->wait_for_work(poll);
        if (is_empty(work)) {
            if (!poll.ended()) partition->metrics().poll_timed_out();
            co_return answer_with<Kind>({}, *partition);
        }
        if (std::holds_alternative<GoToRoot>(work)) {
            auto call = poll_at_root<Kind>(partition, poll, context, request);
            Result<typename Kind::Answer> answer = co_await std::move(call);
            if (answer.ok()) co_return answer;
            continue;  // the root is away: it waits here, for what time it has left
        }
        if (const auto* query = std::get_if<QueryPtr>(&work)) {
            if ((*query)->closed) continue;
            partition->metrics().query_dispatched();
            typename Kind::Response response = Kind::from_query(**query);
            Kind::complete(response, *partition);
            co_return answer_with<Kind>(std::move(response), *partition);
        }
        auto call = start_task<Kind>(partition, std::get<TaskPtr>(work), context, request);
        Result<typename Kind::Response> started = co_await std::move(call);
        if (!started.ok()) continue;  // back to its place in the queue, for what time it has left
        Kind::complete(started.value(), *partition);
        co_return answer_with<Kind>(std::move(started.value()), *partition);
    }
}

template <class Kind>
Async<Result<typename Kind::Answer>> poll_task_queue(PartitionTable& table, PartitionKey key,
                                                     rpc::CallContext context,
                                                     typename Kind::Request request) {
    const PartitionTable::Presence presence(table);
    if (table.is_shut_down(request.request().worker_instance_key())) {
        co_return typename Kind::Answer{};
    }
    CO_TRY_ASSIGN(std::shared_ptr<Partition> partition, table.find_or_load(key));
    CO_TRY(partition->admit_poll());
    co_return co_await serve_poll<Kind>(std::move(partition), std::move(context),
                                        std::move(request));
}

}  // namespace

Result<PartitionKey> partition_of(const role::v1::PollWorkflowTaskQueueRequest& request) {
    return polled_partition(request.namespace_id(), request.request(),
                            enums::TASK_QUEUE_TYPE_WORKFLOW);
}

Result<PartitionKey> partition_of(const role::v1::PollActivityTaskQueueRequest& request) {
    return polled_partition(request.namespace_id(), request.request(),
                            enums::TASK_QUEUE_TYPE_ACTIVITY);
}

Async<Result<role::v1::PollWorkflowTaskQueueResponse>> poll_workflow_task_queue(
    PartitionTable& table, PartitionKey key, rpc::CallContext context,
    role::v1::PollWorkflowTaskQueueRequest request) {
    return poll_task_queue<WorkflowPolls>(table, std::move(key), std::move(context),
                                          std::move(request));
}

Async<Result<role::v1::PollActivityTaskQueueResponse>> poll_activity_task_queue(
    PartitionTable& table, PartitionKey key, rpc::CallContext context,
    role::v1::PollActivityTaskQueueRequest request) {
    return poll_task_queue<ActivityPolls>(table, std::move(key), std::move(context),
                                          std::move(request));
}

}  // namespace server::matching

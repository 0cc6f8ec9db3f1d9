#pragma once
// The matching role: brings tasks and polls together. Map of server/matching:
//
//   service.h      Service, what the other roles call: finds the partition and its lane
//   options.h      every limit and time
//   environment.h  what all parts are given: clock, randomness, history, store
//   api/           one file per kind of call: add task, poll, query, shut down worker, describe
//   partition/     table.h      the partitions of one lane
//                  partition.h  one task queue partition: start reading here
//                  matcher.h    polls and tasks that wait, as plain data
//                  children.h   how many partitions a queue has; the root's other partitions
//                  backlogs.h   the stored tasks by priority and fairness key
//                  backlog.h    one of these: lease, writing, loading, deleting
//                  waiting_poll.h  a poll that history has taken for a task that it writes
//                  poll.h, task.h, fair_passes.h, recent_pollers.h, rates.h
//
// A partition lives on the lane that the hash of its name gives, so nothing here is locked. A task
// is given to at most one poll at a time and acknowledged only when history has recorded its start
// or the store has committed it; it may be given out twice after a crash, and history then calls
// the second one obsolete.

#include <memory>
#include <vector>

#include "server/matching/api/describe_task_queue.h"
#include "server/matching/environment.h"
#include "server/matching/partition/table.h"
#include "server/rpc/matching.h"
#include "server/runtime/lane.h"

namespace server::matching {

class Service final : public rpc::Matching {
public:
    Service(Clock& clock, Random& random, Lanes& lanes, store::TaskQueues& task_queues,
            Options options, telemetry::Registry* registry = nullptr);

    // For the labels of metrics. Called once, before the first call.
    void name_namespaces_by(MatchingMetrics::NameOfNamespace name_of) {
        metrics_.name_namespaces_by(std::move(name_of));
    }

    // The roles refer to one another: called once, before the first call. `all` are the partitions
    // of all processes; without it this process is alone.
    void connect(rpc::History& history, rpc::Matching* all = nullptr);

    // From now on these hold, but for the owner and the number of partitions. Any thread.
    void reconfigure(Options options);

    Async<Result<role::v1::AddTaskResponse>> add_task(rpc::CallContext context,
                                                      role::v1::AddTaskRequest request) override;
    std::unique_ptr<workflow::WaitingWorker> find_waiting_worker(
        const rpc::WorkerQueue& queue) override;
    Async<Result<role::v1::PollWorkflowTaskQueueResponse>> poll_workflow_task_queue(
        rpc::CallContext context, role::v1::PollWorkflowTaskQueueRequest request) override;
    Async<Result<role::v1::PollActivityTaskQueueResponse>> poll_activity_task_queue(
        rpc::CallContext context, role::v1::PollActivityTaskQueueRequest request) override;
    Async<Result<rpc::api::QueryWorkflowResponse>> dispatch_query(
        rpc::CallContext context, role::v1::DispatchQueryRequest request) override;
    Async<Result<rpc::api::RespondQueryTaskCompletedResponse>> respond_query_task_completed(
        rpc::CallContext context, role::v1::RespondQueryTaskCompletedRequest request) override;
    Async<Result<rpc::api::ShutdownWorkerResponse>> shutdown_worker(
        rpc::CallContext context, role::v1::ShutdownWorkerRequest request) override;
    Async<Result<rpc::api::DescribeTaskQueueResponse>> describe_task_queue(
        rpc::CallContext context, role::v1::DescribeTaskQueueRequest request) override;

    // From now on this process, `address` in the ring, owns what the ring gives it.
    void assign(const cluster::ViewPtr& view, const std::string& address);

    // Ends all polls with an empty success and all other calls with Unavailable, and returns when
    // nothing runs here any more, at the latest after stop_wait_max. Tasks that were not
    // acknowledged are not written.
    Async<void> stop();

private:
    PartitionTable& table_of(const PartitionKey& key);
    Async<Result<PartitionDescription>> describe(PartitionKey key, const DescribePlan& plan);
    template <class Response>
    Async<Result<Response>> measured(std::string_view operation, Lane& lane,
                                     Async<Result<Response>> call);

    telemetry::Registry own_registry_;  // when none was given
    MatchingMetrics metrics_;
    Clock& clock_;

    const std::string owner_;
    std::vector<std::shared_ptr<Environment>> environments_;  // one per lane, touched there alone
    std::vector<std::unique_ptr<PartitionTable>> tables_;     // one per lane
};

}  // namespace server::matching

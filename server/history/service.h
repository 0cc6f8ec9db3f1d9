#pragma once
// The history role: it owns the runs of workflows and is the only one that writes them. Map of
// server/history, the shell around the pure core (server/workflow):
//
//   service.h    the role, as the others call it: finds the shard of each call
//   options.h    every bound by name
//   api/         one file per call; history_pages.h reads history for all of them
//   shard/       shard.h: fence, task ids, loading, commit; write_run.h: the one way of a write;
//                transition_write.h: a transition as rows
//   cache/       runs in memory, current-run pointers, recent history, buffered queries
//   queues/      outbox_queue.h and transfer.h: what follows a commit;
//                timer_queue.h: what time makes happen
//
//   call ─▶ Service ─(lane of the shard)─▶ api/… ─▶ lock run ─▶ core decides ─▶ commit ─▶ reply
//                                                                                  └▶ outbox
//
// A process owns the shards that the ring of the cluster gives it; a call for another one is
// answered with OwnershipLost, and rpc/routed_history.h tries the owner. Calls come from any lane.

#include <memory>
#include <vector>

#include "server/cluster/ring.h"
#include "server/history/options.h"
#include "server/history/shard/shard.h"
#include "server/rpc/history.h"

namespace server::history {

class Service final : public rpc::History {
public:
    Service(const Collaborators& collaborators, Options options);
    ~Service() override;

    // The roles refer to one another, so these come after construction; before start(). `routed`
    // finds the owner of any workflow; without it that is this process.
    void connect(rpc::Matching& matching) { connect(matching, *this); }
    void connect(rpc::Matching& matching, rpc::History& routed);

    // From now on these hold, but for the number of shards and the owner. Any thread.
    void reconfigure(Options options);

    // Takes all shards, for a process that is alone. The first failure (the store cannot be
    // reached) is returned.
    Async<Status> start();
    // From now on this process, `address` in the ring, owns what the ring gives it; shards are
    // taken and let go in the background.
    void assign(const cluster::Ring& ring, const std::string& address);
    // Returns when every shard is as it was last assigned.
    Async<void> settled();
    // Waiting calls end; returns when no work is left. The lanes still run.
    Async<void> stop();

    Shard& shard_of_workflow(const std::string& namespace_id, const std::string& workflow_id);
    HistoryMetrics& metrics() { return metrics_; }

    Async<Result<rpc::api::StartWorkflowExecutionResponse>> start_workflow(
        rpc::CallContext context, role::v1::StartWorkflowRequest request) override;
    Async<Result<rpc::api::SignalWorkflowExecutionResponse>> signal_workflow(
        rpc::CallContext context, role::v1::SignalWorkflowRequest request) override;
    Async<Result<rpc::api::RequestCancelWorkflowExecutionResponse>> request_cancel_workflow(
        rpc::CallContext context, role::v1::RequestCancelWorkflowRequest request) override;
    Async<Result<rpc::api::TerminateWorkflowExecutionResponse>> terminate_workflow(
        rpc::CallContext context, role::v1::TerminateWorkflowRequest request) override;
    Async<Result<rpc::api::DeleteWorkflowExecutionResponse>> delete_workflow(
        rpc::CallContext context, role::v1::DeleteWorkflowRequest request) override;
    Async<Result<rpc::api::DescribeWorkflowExecutionResponse>> describe_workflow(
        rpc::CallContext context, role::v1::DescribeWorkflowRequest request) override;
    Async<Result<rpc::api::GetWorkflowExecutionHistoryResponse>> get_history(
        rpc::CallContext context, role::v1::GetHistoryRequest request) override;
    Async<Result<rpc::api::QueryWorkflowResponse>> query_workflow(
        rpc::CallContext context, role::v1::QueryWorkflowRequest request) override;
    Async<Result<rpc::api::PollWorkflowTaskQueueResponse>> record_workflow_task_started(
        rpc::CallContext context, role::v1::RecordWorkflowTaskStartedRequest request) override;
    Async<Result<rpc::api::PollActivityTaskQueueResponse>> record_activity_task_started(
        rpc::CallContext context, role::v1::RecordActivityTaskStartedRequest request) override;
    Async<Result<rpc::api::RespondWorkflowTaskCompletedResponse>> respond_workflow_task_completed(
        rpc::CallContext context, role::v1::RespondWorkflowTaskCompletedRequest request) override;
    Async<Result<rpc::api::RespondWorkflowTaskFailedResponse>> respond_workflow_task_failed(
        rpc::CallContext context, role::v1::RespondWorkflowTaskFailedRequest request) override;
    Async<Result<rpc::api::RecordActivityTaskHeartbeatResponse>> record_activity_heartbeat(
        rpc::CallContext context, role::v1::RecordActivityHeartbeatRequest request) override;
    Async<Result<rpc::api::RespondActivityTaskCompletedResponse>> respond_activity_completed(
        rpc::CallContext context, role::v1::RespondActivityCompletedRequest request) override;
    Async<Result<rpc::api::RespondActivityTaskFailedResponse>> respond_activity_failed(
        rpc::CallContext context, role::v1::RespondActivityFailedRequest request) override;
    Async<Result<rpc::api::RespondActivityTaskCanceledResponse>> respond_activity_canceled(
        rpc::CallContext context, role::v1::RespondActivityCanceledRequest request) override;
    Async<Result<role::v1::ReleaseChildResponse>> release_child(
        rpc::CallContext context, role::v1::ReleaseChildRequest request) override;
    Async<Result<role::v1::RecordChildClosedResponse>> record_child_closed(
        rpc::CallContext context, role::v1::RecordChildClosedRequest request) override;
    Async<Result<rpc::api::ResetStickyTaskQueueResponse>> reset_sticky_task_queue(
        rpc::CallContext context, role::v1::ResetStickyTaskQueueRequest request) override;

private:
    telemetry::Registry own_registry_;  // when none was given
    HistoryMetrics metrics_;
    const Options options_;  // as at the start
    Lanes& lanes_;
    std::vector<std::shared_ptr<Options>> lane_options_;  // what the shards of a lane follow
    CacheBudgets budgets_;
    std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace server::history

#pragma once
// The matching role as the others call it (proto/server/role/v1/matching.proto says what each call
// means); see history.h for how a call reaches it.

#include "server/role/v1/matching.pb.h"
#include "server/rpc/call_context.h"
#include "server/workflow/state/waiting_worker.h"

namespace server::rpc {

namespace api = ::temporal::api::workflowservice::v1;

struct WorkerQueue {
    std::string namespace_id;
    std::string name;
    int type = 1;  // temporal.api.enums.v1.TaskQueueType
    bool sticky = false;
};

class Matching {
public:
    virtual ~Matching() = default;

    virtual Async<Result<role::v1::AddTaskResponse>> add_task(CallContext context,
                                                              role::v1::AddTaskRequest request) = 0;
    // A worker that waits for a task of this queue on the calling lane. Null when there is none, or
    // its partition is on another lane or in another process: the task goes by add_task then.
    virtual std::unique_ptr<workflow::WaitingWorker> find_waiting_worker(const WorkerQueue&) {
        return nullptr;
    }
    virtual Async<Result<role::v1::PollWorkflowTaskQueueResponse>> poll_workflow_task_queue(
        CallContext context, role::v1::PollWorkflowTaskQueueRequest request) = 0;
    virtual Async<Result<role::v1::PollActivityTaskQueueResponse>> poll_activity_task_queue(
        CallContext context, role::v1::PollActivityTaskQueueRequest request) = 0;
    virtual Async<Result<api::QueryWorkflowResponse>> dispatch_query(
        CallContext context, role::v1::DispatchQueryRequest request) = 0;
    virtual Async<Result<api::RespondQueryTaskCompletedResponse>> respond_query_task_completed(
        CallContext context, role::v1::RespondQueryTaskCompletedRequest request) = 0;
    virtual Async<Result<api::ShutdownWorkerResponse>> shutdown_worker(
        CallContext context, role::v1::ShutdownWorkerRequest request) = 0;
    virtual Async<Result<api::DescribeTaskQueueResponse>> describe_task_queue(
        CallContext context, role::v1::DescribeTaskQueueRequest request) = 0;
};

}  // namespace server::rpc

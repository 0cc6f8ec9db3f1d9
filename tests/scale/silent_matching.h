#pragma once
// A matching role whose workers never come: it takes every task and gives none away.

#include "server/rpc/matching.h"

namespace server::tests {

class SilentMatching final : public rpc::Matching {
public:
    Async<Result<role::v1::AddTaskResponse>> add_task(rpc::CallContext,
                                                      role::v1::AddTaskRequest) override {
        co_return role::v1::AddTaskResponse();
    }
#define UNUSED_CALL(name, Request, Response)                                          \
    Async<Result<Response>> name(rpc::CallContext, role::v1::Request) override {      \
        co_return Status(Code::Unimplemented, #name " is not a call of these tests"); \
    }
    UNUSED_CALL(poll_workflow_task_queue, PollWorkflowTaskQueueRequest,
                role::v1::PollWorkflowTaskQueueResponse)
    UNUSED_CALL(poll_activity_task_queue, PollActivityTaskQueueRequest,
                role::v1::PollActivityTaskQueueResponse)
    UNUSED_CALL(dispatch_query, DispatchQueryRequest, rpc::api::QueryWorkflowResponse)
    UNUSED_CALL(respond_query_task_completed, RespondQueryTaskCompletedRequest,
                rpc::api::RespondQueryTaskCompletedResponse)
    UNUSED_CALL(shutdown_worker, ShutdownWorkerRequest, rpc::api::ShutdownWorkerResponse)
    UNUSED_CALL(describe_task_queue, DescribeTaskQueueRequest, rpc::api::DescribeTaskQueueResponse)
#undef UNUSED_CALL
};

}  // namespace server::tests

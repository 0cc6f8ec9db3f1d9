#pragma once
// The roles behind the frontend, as its tests see them: they keep each request they get, and answer
// with an empty success or with the failure the test chose.

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "server/rpc/history.h"
#include "server/rpc/matching.h"

namespace server::tests {

struct RecordedCall {
    rpc::CallContext context;
    std::unique_ptr<google::protobuf::Message> request;
};

class Recorder {
public:
    std::vector<RecordedCall> calls;
    Status failure;  // when not ok: the answer to every call

    // The last request; fails the test when it is of another type.
    template <class Request>
    const Request& last() const {
        return dynamic_cast<const Request&>(*calls.at(calls.size() - 1).request);
    }

    template <class Response, class Request>
    Async<Result<Response>> keep(rpc::CallContext context, Request request) {
        RecordedCall call;
        call.context = std::move(context);
        call.request = std::make_unique<Request>(std::move(request));
        calls.push_back(std::move(call));
        if (!failure.ok()) co_return failure;
        co_return Response();
    }
};

#define RECORD(method, Request, Response)                                                         \
    Async<Result<rpc::api::Response>> method(rpc::CallContext context, role::v1::Request request) \
        override {                                                                                \
        return keep<rpc::api::Response>(std::move(context), std::move(request));                  \
    }

class RecordedHistory final : public rpc::History, public Recorder {
public:
    RECORD(start_workflow, StartWorkflowRequest, StartWorkflowExecutionResponse)
    RECORD(signal_workflow, SignalWorkflowRequest, SignalWorkflowExecutionResponse)
    RECORD(request_cancel_workflow, RequestCancelWorkflowRequest,
           RequestCancelWorkflowExecutionResponse)
    RECORD(terminate_workflow, TerminateWorkflowRequest, TerminateWorkflowExecutionResponse)
    RECORD(delete_workflow, DeleteWorkflowRequest, DeleteWorkflowExecutionResponse)
    RECORD(describe_workflow, DescribeWorkflowRequest, DescribeWorkflowExecutionResponse)
    RECORD(get_history, GetHistoryRequest, GetWorkflowExecutionHistoryResponse)
    RECORD(query_workflow, QueryWorkflowRequest, QueryWorkflowResponse)
    RECORD(record_workflow_task_started, RecordWorkflowTaskStartedRequest,
           PollWorkflowTaskQueueResponse)
    RECORD(record_activity_task_started, RecordActivityTaskStartedRequest,
           PollActivityTaskQueueResponse)
    RECORD(respond_workflow_task_completed, RespondWorkflowTaskCompletedRequest,
           RespondWorkflowTaskCompletedResponse)
    RECORD(respond_workflow_task_failed, RespondWorkflowTaskFailedRequest,
           RespondWorkflowTaskFailedResponse)
    RECORD(record_activity_heartbeat, RecordActivityHeartbeatRequest,
           RecordActivityTaskHeartbeatResponse)
    RECORD(respond_activity_completed, RespondActivityCompletedRequest,
           RespondActivityTaskCompletedResponse)
    RECORD(respond_activity_failed, RespondActivityFailedRequest, RespondActivityTaskFailedResponse)
    RECORD(respond_activity_canceled, RespondActivityCanceledRequest,
           RespondActivityTaskCanceledResponse)
    Async<Result<role::v1::ReleaseChildResponse>> release_child(
        rpc::CallContext context, role::v1::ReleaseChildRequest request) override {
        return keep<role::v1::ReleaseChildResponse>(std::move(context), std::move(request));
    }
    Async<Result<role::v1::RecordChildClosedResponse>> record_child_closed(
        rpc::CallContext context, role::v1::RecordChildClosedRequest request) override {
        return keep<role::v1::RecordChildClosedResponse>(std::move(context), std::move(request));
    }
    RECORD(reset_sticky_task_queue, ResetStickyTaskQueueRequest, ResetStickyTaskQueueResponse)
};

class RecordedMatching final : public rpc::Matching, public Recorder {
public:
    Async<Result<role::v1::AddTaskResponse>> add_task(rpc::CallContext context,
                                                      role::v1::AddTaskRequest request) override {
        return keep<role::v1::AddTaskResponse>(std::move(context), std::move(request));
    }
    Async<Result<role::v1::PollWorkflowTaskQueueResponse>> poll_workflow_task_queue(
        rpc::CallContext context, role::v1::PollWorkflowTaskQueueRequest request) override {
        return keep<role::v1::PollWorkflowTaskQueueResponse>(std::move(context),
                                                             std::move(request));
    }
    Async<Result<role::v1::PollActivityTaskQueueResponse>> poll_activity_task_queue(
        rpc::CallContext context, role::v1::PollActivityTaskQueueRequest request) override {
        return keep<role::v1::PollActivityTaskQueueResponse>(std::move(context),
                                                             std::move(request));
    }
    RECORD(dispatch_query, DispatchQueryRequest, QueryWorkflowResponse)
    RECORD(respond_query_task_completed, RespondQueryTaskCompletedRequest,
           RespondQueryTaskCompletedResponse)
    RECORD(shutdown_worker, ShutdownWorkerRequest, ShutdownWorkerResponse)
    RECORD(describe_task_queue, DescribeTaskQueueRequest, DescribeTaskQueueResponse)
};

#undef RECORD

}  // namespace server::tests

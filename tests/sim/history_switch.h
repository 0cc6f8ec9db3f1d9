#pragma once
// The history role as the other roles of a simulated cluster reach it: the process that runs now,
// or none. When a process is replaced, calls on their way to the old one still end there.

#include "server/rpc/history.h"

namespace server::sim {

class HistorySwitch final : public rpc::History {
public:
    void point_at(rpc::History* history) { history_ = history; }

#define FORWARD_TO(package, name, Request, Response)                                           \
    Async<Result<package::Response>> name(rpc::CallContext context, role::v1::Request request) \
        override {                                                                             \
        return forward<package::Response>(&rpc::History::name, std::move(context),             \
                                          std::move(request));                                 \
    }
#define FORWARD(name, Request, Response) FORWARD_TO(rpc::api, name, Request, Response)
    FORWARD(start_workflow, StartWorkflowRequest, StartWorkflowExecutionResponse)
    FORWARD(signal_workflow, SignalWorkflowRequest, SignalWorkflowExecutionResponse)
    FORWARD(request_cancel_workflow, RequestCancelWorkflowRequest,
            RequestCancelWorkflowExecutionResponse)
    FORWARD(terminate_workflow, TerminateWorkflowRequest, TerminateWorkflowExecutionResponse)
    FORWARD(describe_workflow, DescribeWorkflowRequest, DescribeWorkflowExecutionResponse)
    FORWARD(get_history, GetHistoryRequest, GetWorkflowExecutionHistoryResponse)
    FORWARD(query_workflow, QueryWorkflowRequest, QueryWorkflowResponse)
    FORWARD(record_workflow_task_started, RecordWorkflowTaskStartedRequest,
            PollWorkflowTaskQueueResponse)
    FORWARD(record_activity_task_started, RecordActivityTaskStartedRequest,
            PollActivityTaskQueueResponse)
    FORWARD(respond_workflow_task_completed, RespondWorkflowTaskCompletedRequest,
            RespondWorkflowTaskCompletedResponse)
    FORWARD(respond_workflow_task_failed, RespondWorkflowTaskFailedRequest,
            RespondWorkflowTaskFailedResponse)
    FORWARD(record_activity_heartbeat, RecordActivityHeartbeatRequest,
            RecordActivityTaskHeartbeatResponse)
    FORWARD(respond_activity_completed, RespondActivityCompletedRequest,
            RespondActivityTaskCompletedResponse)
    FORWARD(respond_activity_failed, RespondActivityFailedRequest,
            RespondActivityTaskFailedResponse)
    FORWARD(respond_activity_canceled, RespondActivityCanceledRequest,
            RespondActivityTaskCanceledResponse)
    FORWARD_TO(role::v1, release_child, ReleaseChildRequest, ReleaseChildResponse)
    FORWARD_TO(role::v1, record_child_closed, RecordChildClosedRequest, RecordChildClosedResponse)
    FORWARD(delete_workflow, DeleteWorkflowRequest, DeleteWorkflowExecutionResponse)
    FORWARD(reset_sticky_task_queue, ResetStickyTaskQueueRequest, ResetStickyTaskQueueResponse)
#undef FORWARD
#undef FORWARD_TO

private:
    template <class Response, class Request>
    Async<Result<Response>> forward(Async<Result<Response>> (rpc::History::*call)(rpc::CallContext,
                                                                                  Request),
                                    rpc::CallContext context, Request request) {
        if (!history_) co_return unavailable("no history process runs");
        co_return co_await (history_->*call)(std::move(context), std::move(request));
    }

    rpc::History* history_ = nullptr;
};

}  // namespace server::sim

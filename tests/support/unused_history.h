#pragma once
// A history role that answers Unimplemented to every call: the base of those that tests give to
// matching, which calls few of them.

#include "server/rpc/history.h"

namespace server::tests {

class UnusedHistory : public rpc::History {
public:
#define UNUSED_CALL(name, Request, Response)                                          \
    Async<Result<Response>> name(rpc::CallContext, role::v1::Request) override {      \
        co_return Status(Code::Unimplemented, #name " is not a call of these tests"); \
    }
    UNUSED_CALL(record_workflow_task_started, RecordWorkflowTaskStartedRequest,
                rpc::api::PollWorkflowTaskQueueResponse)
    UNUSED_CALL(record_activity_task_started, RecordActivityTaskStartedRequest,
                rpc::api::PollActivityTaskQueueResponse)
    UNUSED_CALL(start_workflow, StartWorkflowRequest, rpc::api::StartWorkflowExecutionResponse)
    UNUSED_CALL(signal_workflow, SignalWorkflowRequest, rpc::api::SignalWorkflowExecutionResponse)
    UNUSED_CALL(request_cancel_workflow, RequestCancelWorkflowRequest,
                rpc::api::RequestCancelWorkflowExecutionResponse)
    UNUSED_CALL(terminate_workflow, TerminateWorkflowRequest,
                rpc::api::TerminateWorkflowExecutionResponse)
    UNUSED_CALL(delete_workflow, DeleteWorkflowRequest, rpc::api::DeleteWorkflowExecutionResponse)
    UNUSED_CALL(describe_workflow, DescribeWorkflowRequest,
                rpc::api::DescribeWorkflowExecutionResponse)
    UNUSED_CALL(get_history, GetHistoryRequest, rpc::api::GetWorkflowExecutionHistoryResponse)
    UNUSED_CALL(query_workflow, QueryWorkflowRequest, rpc::api::QueryWorkflowResponse)
    UNUSED_CALL(respond_workflow_task_completed, RespondWorkflowTaskCompletedRequest,
                rpc::api::RespondWorkflowTaskCompletedResponse)
    UNUSED_CALL(respond_workflow_task_failed, RespondWorkflowTaskFailedRequest,
                rpc::api::RespondWorkflowTaskFailedResponse)
    UNUSED_CALL(record_activity_heartbeat, RecordActivityHeartbeatRequest,
                rpc::api::RecordActivityTaskHeartbeatResponse)
    UNUSED_CALL(respond_activity_completed, RespondActivityCompletedRequest,
                rpc::api::RespondActivityTaskCompletedResponse)
    UNUSED_CALL(respond_activity_failed, RespondActivityFailedRequest,
                rpc::api::RespondActivityTaskFailedResponse)
    UNUSED_CALL(respond_activity_canceled, RespondActivityCanceledRequest,
                rpc::api::RespondActivityTaskCanceledResponse)
    UNUSED_CALL(reset_sticky_task_queue, ResetStickyTaskQueueRequest,
                rpc::api::ResetStickyTaskQueueResponse)
    UNUSED_CALL(release_child, ReleaseChildRequest, role::v1::ReleaseChildResponse)
    UNUSED_CALL(record_child_closed, RecordChildClosedRequest, role::v1::RecordChildClosedResponse)
#undef UNUSED_CALL
};

}  // namespace server::tests

#pragma once
// The history role as matching needs it: it records each start once. What matching does not call
// answers Unimplemented. Any thread.

#include <map>
#include <mutex>
#include <string>

#include "server/rpc/history.h"

namespace server::tests {

class Starts final : public rpc::History {
public:
    std::size_t count() const {
        const std::lock_guard lock(mutex_);
        return started_.size();
    }
    // Starts of a task that had been started: a poller got it twice, or history was asked twice.
    std::size_t repeated() const {
        const std::lock_guard lock(mutex_);
        return repeated_;
    }
    bool has(const std::string& workflow_id) const {
        const std::lock_guard lock(mutex_);
        return started_.contains(workflow_id);
    }

    Async<Result<rpc::api::PollWorkflowTaskQueueResponse>> record_workflow_task_started(
        rpc::CallContext, role::v1::RecordWorkflowTaskStartedRequest request) override {
        CO_TRY(record(request.execution().workflow_id(), request.request_id()));
        rpc::api::PollWorkflowTaskQueueResponse response;
        response.set_task_token(request.execution().workflow_id());
        co_return response;
    }

#define UNUSED_CALL(name, Request, Response)                                          \
    Async<Result<Response>> name(rpc::CallContext, role::v1::Request) override {      \
        co_return Status(Code::Unimplemented, #name " is not a call of these tests"); \
    }
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

private:
    Status record(const std::string& workflow_id, const std::string& request_id) {
        const std::lock_guard lock(mutex_);
        const auto [start, is_new] = started_.try_emplace(workflow_id, request_id);
        if (is_new) return ok_status();
        ++repeated_;
        if (start->second == request_id) return ok_status();
        return {Code::FailedPrecondition, "started already", TaskObsolete{}};
    }

    mutable std::mutex mutex_;
    std::map<std::string, std::string> started_;  // the request id of its start
    std::size_t repeated_ = 0;
};

}  // namespace server::tests

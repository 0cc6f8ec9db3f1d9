#pragma once
// The history role as matching sees it, with answers that a test chooses. What matching does not
// call answers Unimplemented.

#include <functional>
#include <string>
#include <vector>

#include "server/rpc/history.h"

namespace server::tests {

class ScriptedHistory : public rpc::History {
public:
    struct Started {
        std::string workflow_id;
        std::string request_id;
        std::string identity;
        std::string task_queue;
    };

    // Answers of record-started, by workflow id; OK by default.
    std::function<Status(const std::string& workflow_id)> answer;
    // While set, record-started calls wait for release().
    bool holds = false;
    void release() {
        holds = false;
        for (Resume<bool>& resume : std::exchange(held_, {})) resume(true);
    }
    std::size_t held() const { return held_.size(); }

    // Every call, and those that were answered OK.
    std::vector<Started> calls;
    std::vector<std::string> started;

    Async<Result<rpc::api::PollWorkflowTaskQueueResponse>> record_workflow_task_started(
        rpc::CallContext, role::v1::RecordWorkflowTaskStartedRequest request) override {
        CO_TRY(co_await record(request.execution().workflow_id(), request.request_id(),
                               request.poll().identity(), request.poll().task_queue().name()));
        rpc::api::PollWorkflowTaskQueueResponse response;
        response.set_task_token("token of " + request.execution().workflow_id());
        *response.mutable_workflow_execution() = request.execution();
        co_return response;
    }
    Async<Result<rpc::api::PollActivityTaskQueueResponse>> record_activity_task_started(
        rpc::CallContext, role::v1::RecordActivityTaskStartedRequest request) override {
        CO_TRY(co_await record(request.execution().workflow_id(), request.request_id(),
                               request.poll().identity(), request.poll().task_queue().name()));
        rpc::api::PollActivityTaskQueueResponse response;
        response.set_task_token("token of " + request.execution().workflow_id());
        *response.mutable_workflow_execution() = request.execution();
        co_return response;
    }

#define UNUSED_CALL(name, Request, Response)                                               \
    Async<Result<rpc::api::Response>> name(rpc::CallContext, role::v1::Request) override { \
        co_return Status(Code::Unimplemented, #name " is not a call of matching");         \
    }
    UNUSED_CALL(start_workflow, StartWorkflowRequest, StartWorkflowExecutionResponse)
    UNUSED_CALL(signal_workflow, SignalWorkflowRequest, SignalWorkflowExecutionResponse)
    UNUSED_CALL(request_cancel_workflow, RequestCancelWorkflowRequest,
                RequestCancelWorkflowExecutionResponse)
    UNUSED_CALL(terminate_workflow, TerminateWorkflowRequest, TerminateWorkflowExecutionResponse)
    UNUSED_CALL(delete_workflow, DeleteWorkflowRequest, DeleteWorkflowExecutionResponse)
    UNUSED_CALL(describe_workflow, DescribeWorkflowRequest, DescribeWorkflowExecutionResponse)
    UNUSED_CALL(get_history, GetHistoryRequest, GetWorkflowExecutionHistoryResponse)
    UNUSED_CALL(query_workflow, QueryWorkflowRequest, QueryWorkflowResponse)
    UNUSED_CALL(respond_workflow_task_completed, RespondWorkflowTaskCompletedRequest,
                RespondWorkflowTaskCompletedResponse)
    UNUSED_CALL(respond_workflow_task_failed, RespondWorkflowTaskFailedRequest,
                RespondWorkflowTaskFailedResponse)
    UNUSED_CALL(record_activity_heartbeat, RecordActivityHeartbeatRequest,
                RecordActivityTaskHeartbeatResponse)
    UNUSED_CALL(respond_activity_completed, RespondActivityCompletedRequest,
                RespondActivityTaskCompletedResponse)
    UNUSED_CALL(respond_activity_failed, RespondActivityFailedRequest,
                RespondActivityTaskFailedResponse)
    UNUSED_CALL(respond_activity_canceled, RespondActivityCanceledRequest,
                RespondActivityTaskCanceledResponse)
    UNUSED_CALL(reset_sticky_task_queue, ResetStickyTaskQueueRequest, ResetStickyTaskQueueResponse)
#undef UNUSED_CALL
    Async<Result<role::v1::ReleaseChildResponse>> release_child(
        rpc::CallContext, role::v1::ReleaseChildRequest) override {
        co_return Status(Code::Unimplemented, "release_child is not a call of matching");
    }
    Async<Result<role::v1::RecordChildClosedResponse>> record_child_closed(
        rpc::CallContext, role::v1::RecordChildClosedRequest) override {
        co_return Status(Code::Unimplemented, "record_child_closed is not a call of matching");
    }

private:
    Async<Status> record(std::string workflow_id, std::string request_id, std::string identity,
                         std::string task_queue) {
        calls.push_back(Started{workflow_id, request_id, identity, task_queue});
        if (holds) {
            auto hold = [this](Resume<bool> resume) { held_.push_back(std::move(resume)); };
            co_await suspend<bool>(hold);
        }
        Status status = answer ? answer(workflow_id) : ok_status();
        if (status.ok()) started.push_back(workflow_id);
        co_return status;
    }

    std::vector<Resume<bool>> held_;
};

}  // namespace server::tests

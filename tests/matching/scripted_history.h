#pragma once
// The history role as matching sees it, with answers that a test chooses. What matching does not
// call answers Unimplemented.

#include <functional>
#include <string>
#include <vector>

#include "tests/support/unused_history.h"

namespace server::tests {

class ScriptedHistory : public UnusedHistory {
public:
    struct Started {
        std::string workflow_id;
        std::string request_id;
        std::string identity;
        std::string task_queue;
        std::string started_with;
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
        CO_TRY(co_await record(started_of(request)));
        rpc::api::PollWorkflowTaskQueueResponse response;
        response.set_task_token("token of " + request.execution().workflow_id());
        *response.mutable_workflow_execution() = request.execution();
        co_return response;
    }
    Async<Result<rpc::api::PollActivityTaskQueueResponse>> record_activity_task_started(
        rpc::CallContext, role::v1::RecordActivityTaskStartedRequest request) override {
        CO_TRY(co_await record(started_of(request)));
        rpc::api::PollActivityTaskQueueResponse response;
        response.set_task_token("token of " + request.execution().workflow_id());
        *response.mutable_workflow_execution() = request.execution();
        co_return response;
    }

private:
    template <class Request>
    static Started started_of(const Request& request) {
        return {request.execution().workflow_id(), request.request_id(), request.poll().identity(),
                request.poll().task_queue().name(), request.started_with()};
    }
    Async<Status> record(Started call) {
        const std::string workflow_id = call.workflow_id;
        calls.push_back(std::move(call));
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

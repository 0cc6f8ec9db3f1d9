#pragma once
// The history role as matching needs it: it records each start once. What matching does not call
// answers Unimplemented. Any thread.

#include <map>
#include <mutex>
#include <string>

#include "tests/support/unused_history.h"

namespace server::tests {

class Starts final : public UnusedHistory {
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

#include "tests/support/driver/workflow_calls.h"

namespace server::driver {

namespace {

constexpr Duration kLongPollTimeout = 30s;
constexpr std::size_t kSurprisesMax = 100;
constexpr const char* kQueryType = "signals";
constexpr const char* kUpdateName = "count";

Acknowledgement acknowledgement(Acknowledgement::Kind kind,
                                const common::WorkflowExecution& execution) {
    Acknowledgement entry;
    entry.kind = kind;
    entry.workflow_id = execution.workflow_id();
    entry.run_id = execution.run_id();
    return entry;
}

}  // namespace

template <class Request>
Request WorkflowCalls::request_to() const {
    Request request;
    request.set_namespace_(client_.options().namespace_name);
    request.set_identity(client_.options().identity);
    return request;
}

Async<Result<std::string>> WorkflowCalls::start(std::string workflow_id, std::string task_queue,
                                                Shape shape) {
    auto request = request_to<api::StartWorkflowExecutionRequest>();
    request.set_workflow_id(workflow_id);
    request.set_request_id(workflow_id + "/start");
    request.mutable_workflow_type()->set_name(options_.workflow_type);
    request.mutable_task_queue()->set_name(task_queue);
    if (options_.priority > 0) request.mutable_priority()->set_priority_key(options_.priority);
    *request.mutable_input() = text_payload(encode(shape), shape.payload_bytes);
    set_duration(*request.mutable_workflow_task_timeout(), options_.workflow_task_timeout);
    auto started = co_await client_.persist<api::StartWorkflowExecutionResponse>(std::move(request),
                                                                                 options_.patience);
    if (!started.result.ok()) {
        note("start", workflow_id, started.result.status());
        co_return started.result.status();
    }
    Acknowledgement entry;
    entry.kind = Acknowledgement::Kind::started;
    entry.workflow_id = workflow_id;
    entry.run_id = started.result->run_id();
    entry.id = workflow_id + "/start";
    log_.append(std::move(entry));
    co_return started.result->run_id();
}

Async<Status> WorkflowCalls::signal(common::WorkflowExecution execution, int number) {
    Acknowledgement entry = acknowledgement(Acknowledgement::Kind::signaled, execution);
    entry.id = execution.workflow_id() + "/signal-" + std::to_string(number);
    entry.number = number;
    auto request = request_to<api::SignalWorkflowExecutionRequest>();
    *request.mutable_workflow_execution() = execution;
    request.set_signal_name(kSignalName);
    request.set_request_id(entry.id);
    *request.mutable_input() = text_payload(entry.id);
    auto signaled = co_await client_.persist<api::SignalWorkflowExecutionResponse>(
        std::move(request), options_.patience);
    const Status status = signaled.result.status();
    const bool gone = signaled.ambiguous && status.code() == Code::NotFound;
    if (status.ok()) {
        log_.append(std::move(entry));
    } else if (!gone) {
        note("signal", execution.workflow_id(), status);
    }
    co_return status;
}

Async<Result<std::string>> WorkflowCalls::query(common::WorkflowExecution execution) {
    api::QueryWorkflowRequest request;
    request.set_namespace_(client_.options().namespace_name);
    *request.mutable_execution() = execution;
    request.mutable_query()->set_query_type(kQueryType);
    auto answered =
        co_await client_.persist<api::QueryWorkflowResponse>(std::move(request), options_.patience);
    if (!answered.result.ok()) {
        note("query", execution.workflow_id(), answered.result.status());
        co_return answered.result.status();
    }
    co_return text_of(answered.result->query_result());
}

Async<Status> WorkflowCalls::update(common::WorkflowExecution execution, int number) {
    api::UpdateWorkflowExecutionRequest request;
    request.set_namespace_(client_.options().namespace_name);
    *request.mutable_workflow_execution() = execution;
    request.mutable_wait_policy()->set_lifecycle_stage(
        enums::UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED);
    auto& update = *request.mutable_request();
    update.mutable_meta()->set_update_id("update-" + std::to_string(number));
    update.mutable_meta()->set_identity(client_.options().identity);
    update.mutable_input()->set_name(kUpdateName);
    *update.mutable_input()->mutable_args() = text_payload(std::to_string(number));
    const Duration patience = options_.patience;
    auto updated =
        co_await client_.persist<api::UpdateWorkflowExecutionResponse>(request, patience);
    // A server may answer a wait that takes long with the stage it has come to.
    while (updated.result.ok() && !updated.result->has_outcome() && !client_.closing()) {
        updated = co_await client_.persist<api::UpdateWorkflowExecutionResponse>(request, patience);
    }
    const Status status = updated.result.status();
    if (!status.ok() && status.code() != Code::Unimplemented) {
        note("update", execution.workflow_id(), status);
    }
    co_return status;
}

Async<Status> WorkflowCalls::terminate(common::WorkflowExecution execution) {
    auto request = request_to<api::TerminateWorkflowExecutionRequest>();
    *request.mutable_workflow_execution() = execution;
    auto ended = co_await client_.persist<api::TerminateWorkflowExecutionResponse>(
        std::move(request), options_.patience);
    co_return ended.result.status();
}

Async<Result<std::vector<std::string>>> WorkflowCalls::result(common::WorkflowExecution execution) {
    std::vector<std::string> runs{execution.run_id()};
    for (;;) {
        const Result<HistoryEvent> close = co_await closing_event(execution);
        if (!close.ok()) co_return close.status();
        if (close->event_type() != enums::EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW) {
            co_return runs;
        }
        execution.set_run_id(
            close->workflow_execution_continued_as_new_event_attributes().new_execution_run_id());
        runs.push_back(execution.run_id());
    }
}

Async<Result<HistoryEvent>> WorkflowCalls::closing_event(common::WorkflowExecution execution) {
    api::GetWorkflowExecutionHistoryRequest request;
    request.set_namespace_(client_.options().namespace_name);
    *request.mutable_execution() = execution;
    request.set_wait_new_event(true);
    request.set_skip_archival(true);
    request.set_history_event_filter_type(enums::HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT);
    for (int failures = 0;;) {
        auto page = co_await client_.call<api::GetWorkflowExecutionHistoryResponse>(
            request, kLongPollTimeout);
        if (!page.ok() && !Client::may_pass(page.status().code())) {
            note("result", execution.workflow_id(), page.status());
            co_return page.status();
        }
        if (!page.ok()) {
            co_await client_.pause(failures++);
        } else if (page->history().events_size() > 0) {
            Acknowledgement entry = acknowledgement(Acknowledgement::Kind::closed, execution);
            entry.number = page->history().events(0).event_type();
            log_.append(std::move(entry));
            co_return page->history().events(0);
        } else {
            failures = 0;
            request.set_next_page_token(page->next_page_token());
        }
    }
}

void WorkflowCalls::note(const std::string& what, const std::string& workflow_id,
                         const Status& status) {
    if (client_.closing() || surprises_.size() >= kSurprisesMax) return;
    surprises_.push_back(what + " of workflow " + workflow_id + ": code " +
                         std::to_string(static_cast<int>(status.code())) + ", " + status.message());
}

}  // namespace server::driver

#include "cli/requests/runs.h"

#include "temporal/api/failure/v1/message.pb.h"

namespace cli {

namespace {

using HistoryRequest = api::GetWorkflowExecutionHistoryRequest;
using HistoryResponse = api::GetWorkflowExecutionHistoryResponse;

HistoryRequest history_request(const Run& run) {
    HistoryRequest request;
    request.set_namespace_(run.namespace_name);
    *request.mutable_execution() = execution_of(run);
    return request;
}

// "message: cause: cause of that"
std::string text_of(const ::temporal::api::failure::v1::Failure& failure) {
    std::string text = failure.message();
    if (text.empty()) text = "failed without a message";
    if (failure.has_cause()) text += ": " + text_of(failure.cause());
    return text;
}

// The run by which a chain goes on: after a retry, by a cron schedule, or as the workflow asked.
std::string next_run_of(const history::HistoryEvent& event) {
    switch (event.attributes_case()) {
    case history::HistoryEvent::kWorkflowExecutionCompletedEventAttributes:
        return event.workflow_execution_completed_event_attributes().new_execution_run_id();
    case history::HistoryEvent::kWorkflowExecutionFailedEventAttributes:
        return event.workflow_execution_failed_event_attributes().new_execution_run_id();
    case history::HistoryEvent::kWorkflowExecutionTimedOutEventAttributes:
        return event.workflow_execution_timed_out_event_attributes().new_execution_run_id();
    case history::HistoryEvent::kWorkflowExecutionContinuedAsNewEventAttributes:
        return event.workflow_execution_continued_as_new_event_attributes().new_execution_run_id();
    default: return {};
    }
}

}  // namespace

common::WorkflowExecution execution_of(const Run& run) {
    common::WorkflowExecution execution;
    execution.set_workflow_id(run.workflow_id);
    execution.set_run_id(run.run_id);
    return execution;
}

Status read_history(Connection& connection, const Run& run, bool follow, const TakeEvent& take) {
    HistoryRequest request = history_request(run);
    request.set_wait_new_event(follow);
    do {
        auto page = follow ? connection.wait<HistoryResponse>(request)
                           : connection.call<HistoryResponse>(request);
        TRY(page.status());
        for (const auto& event : page->history().events()) take(event);
        request.set_next_page_token(page->next_page_token());
    } while (!request.next_page_token().empty());
    return {};
}

std::optional<Outcome> outcome_of(const history::HistoryEvent& event, std::string& next_run_id) {
    next_run_id = next_run_of(event);
    if (!next_run_id.empty()) return std::nullopt;
    Outcome outcome;
    outcome.close_event = event;
    switch (event.event_type()) {
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
        outcome.status = "COMPLETED";
        outcome.result = event.workflow_execution_completed_event_attributes().result();
        return outcome;
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
        outcome.status = "FAILED";
        outcome.failure = text_of(event.workflow_execution_failed_event_attributes().failure());
        return outcome;
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
        outcome.status = "TIMEOUT";
        outcome.failure = "it timed out";
        return outcome;
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
        outcome.status = "CANCELED";
        outcome.failure = "it was canceled";
        return outcome;
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
        outcome.status = "TERMINATED";
        outcome.failure =
            "it was terminated: " + event.workflow_execution_terminated_event_attributes().reason();
        return outcome;
    default: return std::nullopt;
    }
}

Result<Outcome> wait_for_outcome(Connection& connection, Run run) {
    HistoryRequest request = history_request(run);
    request.set_wait_new_event(true);
    request.set_history_event_filter_type(enums::HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT);
    while (true) {
        TRY_ASSIGN(const auto page, connection.wait<HistoryResponse>(request));
        request.set_next_page_token(page.next_page_token());
        if (page.history().events().empty()) {
            if (!page.next_page_token().empty()) continue;
            return server::not_found("the history of " + run.workflow_id + " has no end");
        }
        std::string next_run_id;
        auto outcome = outcome_of(*page.history().events().rbegin(), next_run_id);
        if (outcome) {
            outcome->run_id = run.run_id;
            return std::move(*outcome);
        }
        if (next_run_id.empty()) {
            return server::not_found("the history of " + run.workflow_id + " ends with an event " +
                                     "that this program does not know");
        }
        run.run_id = next_run_id;
        *request.mutable_execution() = execution_of(run);
        request.clear_next_page_token();
    }
}

}  // namespace cli

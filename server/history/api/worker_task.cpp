#include "server/history/api/worker_task.h"

#include "server/base/mutant.h"
#include "server/history/api/history_pages.h"
#include "server/workflow/operations/workflow_task.h"

namespace server::history::api {

Async<Result<::temporal::api::workflowservice::v1::PollWorkflowTaskQueueResponse>> worker_task(
    Shard& shard, LockedRun run) {
    const workflow::MutableState& state = run.state();
    ASSERT(state.workflow_task_started(), "a worker gets a task that was not started");
    auto response = workflow::workflow_task_response(state);
    response.set_task_token(workflow::workflow_task_token(state).SerializeAsString());
    // What is buffered came after the start, and this task does not show it: a query that came
    // behind it waits for the next task.
    const bool shows_all = state.buffered_events().empty() || mutant("queries_miss_buffered");
    if (shows_all) run->queries.fill(*response.mutable_queries());
    const std::vector<workflow::HistoryEvent> transient = workflow::transient_events(state);
    HistorySpan span;
    span.run = run->key;
    span.branch_id = state.info().branch_id();
    span.first_event_id = state.sticky() ? response.previous_started_event_id() + 1 : 1;
    span.end_event_id =
        transient.empty() ? response.started_event_id() + 1 : transient.front().event_id();
    run.release();

    CO_TRY_ASSIGN(HistoryPage page,
                  co_await read_page(shard, span, shard.options().history_page_batches_max));
    response.set_next_page_token(page_token(span, page));
    if (response.next_page_token().empty()) {
        for (const auto& event : transient) *page.history.add_events() = event;
    }
    *response.mutable_history() = std::move(page.history);
    co_return response;
}

}  // namespace server::history::api

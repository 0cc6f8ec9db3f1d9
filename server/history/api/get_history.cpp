// GetWorkflowExecutionHistory: pages, long poll, close event (reference §2.4).
//
//   filter        call        run        answer
//   all events    any         any        events from the token's place to its end; a token while
//                                        something is left, or while the run goes on and the
//                                        caller waits for new events
//   close event   any         closed     the close event, no token
//   close event   waits       open       empty and a token, after the wait
//   close event   does not    open       empty

#include "server/history/api/api.h"
#include "server/history/api/history_pages.h"
#include "server/history/api/run_access.h"
#include "server/history/api/task_token.h"
#include "server/workflow/operations/workflow_task.h"

namespace server::history::api {

namespace {

namespace enums = ::temporal::api::enums::v1;
using HistoryRequest = role::v1::GetHistoryRequest;
using HistoryResponse = GetWorkflowExecutionHistoryResponse;
using state::v1::HistoryToken;

// What a read needs to know of the run, taken under its lock.
struct RunSnapshot {
    std::shared_ptr<CachedRun> run;
    std::string branch_id;
    EventId next_event_id = 0;
    bool running = false;
    EventId last_batch_first_event_id = 0;
    std::vector<workflow::HistoryEvent> transient;
};

RunSnapshot snapshot_of(const LockedRun& run) {
    const workflow::MutableState& state = run.state();
    RunSnapshot snapshot;
    snapshot.run = run.shared();
    snapshot.branch_id = state.info().branch_id();
    snapshot.next_event_id = state.next_event_id();
    snapshot.running = state.running();
    snapshot.last_batch_first_event_id = state.info().last_batch_first_event_id();
    snapshot.transient = workflow::transient_events(state);
    return snapshot;
}

bool close_event_only(const HistoryRequest& request) {
    return request.request().history_event_filter_type() ==
           enums::HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT;
}

// Until the run is closed, or has events from `next_event_id` on (0: only the close counts), or the
// time is over.
Async<Result<RunSnapshot>> wait_for_events(Shard& shard, rpc::CallContext context,
                                           HistoryRequest request, EventId next_event_id) {
    const TimePoint now = shard.clock().now();
    const Duration margin = shard.options().deadline_margin;
    TimePoint deadline = saturating_add(now, shard.options().history_wait_max);
    if (context.deadline != kNever) deadline = std::min(deadline, context.deadline - margin);
    while (true) {
        CO_TRY_ASSIGN(LockedRun run, co_await lock_execution(shard, request.namespace_id(),
                                                             request.request().execution()));
        RunSnapshot snapshot = snapshot_of(run);
        run.release();
        const bool news = next_event_id > 0 && snapshot.next_event_id > next_event_id;
        const bool over = shard.clock().now() >= deadline || context.cancellation->cancelled();
        if (!snapshot.running || news || over) co_return snapshot;
        // The run that was meant first, also when another becomes the current one meanwhile.
        request.mutable_request()->mutable_execution()->set_run_id(snapshot.run->key.run_id);
        CO_TRY(co_await shard.wait_for_commit(snapshot.run, deadline, context));
    }
}

Async<Result<RunSnapshot>> look(Shard& shard, HistoryRequest request) {
    CO_TRY_ASSIGN(const LockedRun run, co_await lock_execution(shard, request.namespace_id(),
                                                               request.request().execution()));
    co_return snapshot_of(run);
}

// Readers that follow a chain by ContinuedAsNew only see every successor that way (same event id).
void show_as_continued(workflow::HistoryEvent& event) {
    std::string successor;
    if (event.has_workflow_execution_completed_event_attributes()) {
        successor = event.workflow_execution_completed_event_attributes().new_execution_run_id();
    } else if (event.has_workflow_execution_failed_event_attributes()) {
        successor = event.workflow_execution_failed_event_attributes().new_execution_run_id();
    } else if (event.has_workflow_execution_timed_out_event_attributes()) {
        successor = event.workflow_execution_timed_out_event_attributes().new_execution_run_id();
    }
    if (successor.empty()) return;
    event.set_event_type(enums::EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW);
    event.mutable_workflow_execution_continued_as_new_event_attributes()->set_new_execution_run_id(
        successor);
}

Async<Result<HistoryResponse>> read_close_event(Shard& shard, RunSnapshot snapshot, bool follows) {
    HistorySpan span{snapshot.run->key, snapshot.branch_id, snapshot.last_batch_first_event_id,
                     snapshot.next_event_id};
    constexpr std::int32_t kOneBatch = 1;
    CO_TRY_ASSIGN(HistoryPage page, co_await read_page(shard, std::move(span), kOneBatch));
    HistoryResponse response;
    auto& event = *response.mutable_history()->add_events();
    event = page.history.events(page.history.events_size() - 1);
    if (!follows) show_as_continued(event);
    co_return response;
}

HistoryToken new_token(const RunSnapshot& snapshot) {
    HistoryToken token;
    token.set_run_id(snapshot.run->key.run_id);
    token.set_branch_id(snapshot.branch_id);
    token.set_next_event_id(1);
    token.set_end_event_id(snapshot.next_event_id);
    token.set_running(snapshot.running);
    return token;
}

// Waiting for events behind `after` (0: for the close), or a look at what is there. Branches, not a
// conditional expression: with co_await in it g++ 12 destroys the arguments of the branch that was
// not taken.
Async<Result<RunSnapshot>> take_snapshot(Shard& shard, rpc::CallContext context,
                                         HistoryRequest request, bool waits, EventId after) {
    if (waits) {
        co_return co_await wait_for_events(shard, std::move(context), std::move(request), after);
    }
    co_return co_await look(shard, std::move(request));
}

Async<Result<HistoryResponse>> close_event(Shard& shard, rpc::CallContext context,
                                           HistoryRequest request) {
    const bool waits = request.request().wait_new_event();
    const bool follows = request.follows_next_run_id();
    Result<RunSnapshot> found =
        co_await take_snapshot(shard, std::move(context), std::move(request), waits, 0);
    CO_TRY(found.status());
    HistoryResponse response;
    response.mutable_history();
    if (!found->running) co_return co_await read_close_event(shard, std::move(*found), follows);
    if (waits) response.set_next_page_token(new_token(*found).SerializeAsString());
    co_return response;
}

std::int32_t page_size(const HistoryRequest& request, const Options& options) {
    const std::int32_t asked = request.request().maximum_page_size();
    const bool usual = asked <= 0 || asked > options.history_page_batches_max;
    return usual ? options.history_page_batches_max : asked;
}

// One page from the token's place. The token moves on, or is cleared when nothing is to come.
Async<Result<HistoryResponse>> read_all_events(Shard& shard, HistoryRequest request,
                                               HistoryToken token, RunSnapshot snapshot) {
    HistorySpan span{snapshot.run->key, snapshot.branch_id, token.next_event_id(),
                     std::min(token.end_event_id(), snapshot.next_event_id), true};
    CO_TRY_ASSIGN(HistoryPage page,
                  co_await read_page(shard, span, page_size(request, shard.options())));
    const bool whole = page.next_event_id >= span.end_event_id;
    const bool waits = request.request().wait_new_event();
    // The tail of a pinned end is shown only while nothing has been written behind it.
    const bool transient_fits =
        !snapshot.transient.empty() && snapshot.transient.front().event_id() == span.end_event_id;
    if (whole && !waits && request.show_transient_events() && transient_fits) {
        for (auto& event : snapshot.transient) *page.history.add_events() = std::move(event);
    }
    HistoryResponse response;
    *response.mutable_history() = std::move(page.history);
    token.set_next_event_id(page.next_event_id);
    if (!whole || (waits && token.running())) {
        response.set_next_page_token(token.SerializeAsString());
    }
    co_return response;
}

Async<Result<HistoryResponse>> all_events(Shard& shard, rpc::CallContext context,
                                          HistoryRequest request,
                                          std::optional<HistoryToken> token) {
    const bool caught_up = token && token->next_event_id() >= token->end_event_id();
    const bool waits = request.request().wait_new_event() && caught_up && token->running();
    const EventId after = waits ? token->next_event_id() : kNoEvent;
    Result<RunSnapshot> found =
        co_await take_snapshot(shard, std::move(context), request, waits, after);
    CO_TRY(found.status());
    if (!token) {
        token = new_token(*found);
    } else if (token->branch_id() != found->branch_id) {
        co_return invalid_argument("Invalid NextPageToken.");
    }
    if (waits) {
        token->set_end_event_id(found->next_event_id);
        token->set_running(found->running);
    }
    co_return co_await read_all_events(shard, std::move(request), std::move(*token),
                                       std::move(*found));
}

}  // namespace

Reply<HistoryResponse> get_history(Shard& shard, rpc::CallContext context, HistoryRequest request) {
    std::optional<HistoryToken> token;
    if (const std::string& bytes = request.request().next_page_token(); !bytes.empty()) {
        CO_TRY_ASSIGN(token, decode_history_token(bytes, request.request().execution().run_id()));
        request.mutable_request()->mutable_execution()->set_run_id(token->run_id());
    }
    if (close_event_only(request)) {
        co_return co_await close_event(shard, std::move(context), std::move(request));
    }
    co_return co_await all_events(shard, std::move(context), std::move(request), std::move(token));
}

}  // namespace server::history::api

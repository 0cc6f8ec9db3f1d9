// GetWorkflowExecutionHistoryReverse: whole batches, the newest first, as they were when the paging
// began.

#include <algorithm>

#include "server/history/api/api.h"
#include "server/history/api/history_pages.h"
#include "server/history/api/run_access.h"
#include "server/history/api/task_token.h"

namespace server::history::api {

namespace {

using state::v1::HistoryToken;

// Where a reverse reading stands: events before `end_event_id` are left.
struct ReversePlace {
    RunKey run;
    std::string branch_id;
    EventId end_event_id = 1;
};

// Puts the batch's events behind what the page has, backwards; false when its last event is not the
// one before `place.end_event_id`.
bool append_reversed(const StoredBatch& batch, ReversePlace& place,
                     workflow::history::History& page) {
    workflow::history::History events;
    if (!events.ParseFromString(batch.events)) return false;
    for (int index = events.events_size() - 1; index >= 0; --index) {
        auto& event = *events.mutable_events(index);
        if (event.event_id() != place.end_event_id - 1) return false;
        --place.end_event_id;
        *page.add_events() = std::move(event);
    }
    return true;
}

}  // namespace

Reply<GetWorkflowExecutionHistoryResponse> get_history_reverse(
    Shard& shard, rpc::CallContext, role::v1::GetHistoryRequest request) {
    std::optional<HistoryToken> token;
    if (const std::string& bytes = request.request().next_page_token(); !bytes.empty()) {
        CO_TRY_ASSIGN(token, decode_history_token(bytes, request.request().execution().run_id()));
        request.mutable_request()->mutable_execution()->set_run_id(token->run_id());
    }
    CO_TRY_ASSIGN(LockedRun run, co_await lock_execution(shard, request.namespace_id(),
                                                         request.request().execution()));
    ReversePlace place{run->key, run.state().info().branch_id(), run.state().next_event_id()};
    run.release();
    if (token) {
        const bool fits =
            token->branch_id() == place.branch_id && token->end_event_id() <= place.end_event_id;
        if (!fits) co_return invalid_argument("Invalid NextPageToken.");
        place.end_event_id = token->end_event_id();
    }
    const std::int32_t asked = request.request().maximum_page_size();
    const std::int32_t most = shard.options().history_page_batches_max;
    CO_TRY_ASSIGN(const std::vector<StoredBatch> batches,
                  co_await shard.read_newest_history(place.branch_id, place.end_event_id,
                                                     asked > 0 ? std::min(asked, most) : most));
    GetWorkflowExecutionHistoryResponse response;
    response.mutable_history();
    std::size_t bytes = 0;
    for (const StoredBatch& batch : batches) {
        if (bytes >= shard.options().history_page_bytes_max) break;
        if (!append_reversed(batch, place, *response.mutable_history())) {
            co_return history_damaged(place.run, place.end_event_id - 1);
        }
        bytes += batch.events.size();
    }
    if (batches.empty()) co_return history_damaged(place.run, place.end_event_id - 1);
    if (place.end_event_id <= 1) co_return response;
    HistoryToken next;
    next.set_run_id(place.run.run_id);
    next.set_branch_id(place.branch_id);
    next.set_next_event_id(1);
    next.set_end_event_id(place.end_event_id);
    response.set_next_page_token(next.SerializeAsString());
    co_return response;
}

}  // namespace server::history::api

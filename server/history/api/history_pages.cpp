#include "server/history/api/history_pages.h"

#include "server/state/v1/token.pb.h"
#include "server/telemetry/log.h"

namespace server::history::api {

namespace {

// Appends the batch's events; false when it does not begin with event `expected` or cannot be read.
bool append_batch(const StoredBatch& batch, HistoryPage& page) {
    workflow::history::History events;
    if (!events.ParseFromString(batch.events) || events.events().empty()) return false;
    for (auto& event : *events.mutable_events()) {
        if (event.event_id() != page.next_event_id) return false;
        *page.history.add_events() = std::move(event);
        ++page.next_event_id;
    }
    return true;
}

}  // namespace

Status history_damaged(const RunKey& run, EventId event_id) {
    log::error("history is damaged",
               {{"workflow_id", run.workflow_id}, {"run_id", run.run_id}, {"event_id", event_id}});
    return unavailable("event " + std::to_string(event_id) + " of workflow " + run.workflow_id +
                       ", run " + run.run_id + " cannot be read from the store");
}

Async<Result<HistoryPage>> read_page(Shard& shard, HistorySpan span, std::int32_t batches_max) {
    HistoryPage page;
    page.next_event_id = span.first_event_id;
    if (span.first_event_id >= span.end_event_id) co_return page;
    CO_TRY_ASSIGN(const std::vector<StoredBatch> batches,
                  co_await shard.read_history(span.run, span.branch_id, span.first_event_id,
                                              span.end_event_id, batches_max));
    std::size_t bytes = 0;
    for (const StoredBatch& batch : batches) {
        if (bytes >= shard.options().history_page_bytes_max) co_return page;
        if (!append_batch(batch, page)) break;
        bytes += batch.events.size();
    }
    const bool full = batches.size() >= static_cast<std::size_t>(batches_max);
    const bool got_some = page.next_event_id > span.first_event_id;
    if (page.next_event_id >= span.end_event_id || (full && got_some)) co_return page;
    if (span.from_token && !got_some) co_return invalid_argument("Invalid NextPageToken.");
    co_return history_damaged(span.run, page.next_event_id);
}

Async<Result<workflow::HistoryEvent>> read_event(Shard& shard, RunKey run, std::string branch_id,
                                                 EventId batch_first_event_id, EventId event_id) {
    HistorySpan span{run, std::move(branch_id), batch_first_event_id, event_id + 1};
    constexpr std::int32_t kOneBatch = 1;
    CO_TRY_ASSIGN(const HistoryPage page, co_await read_page(shard, std::move(span), kOneBatch));
    for (const auto& event : page.history.events()) {
        if (event.event_id() == event_id) co_return event;
    }
    co_return history_damaged(run, event_id);
}

std::string page_token(const HistorySpan& span, const HistoryPage& page) {
    if (page.next_event_id >= span.end_event_id) return {};
    state::v1::HistoryToken token;
    token.set_run_id(span.run.run_id);
    token.set_branch_id(span.branch_id);
    token.set_next_event_id(page.next_event_id);
    token.set_end_event_id(span.end_event_id);
    return token.SerializeAsString();
}

}  // namespace server::history::api

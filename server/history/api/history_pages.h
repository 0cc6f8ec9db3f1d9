#pragma once
// History in pages of whole batches, for workers and for readers.

#include "server/history/shard/shard.h"
#include "server/workflow/api.h"

namespace server::history::api {

// Events [first_event_id, end_event_id) of a run. The first begins a batch; a batch that the end
// cuts is read whole.
struct HistorySpan {
    RunKey run;
    std::string branch_id;
    EventId first_event_id = 1;
    EventId end_event_id = 1;
    bool from_token = false;  // a client says where the span begins
};

struct HistoryPage {
    workflow::history::History history;
    EventId next_event_id = 1;  // the end of the span when nothing is left
};

// At most `batches_max` batches, fewer when Options::history_page_bytes_max is reached.
// InvalidArgument when a client's span begins where no batch does; Unavailable when the store
// cannot be read, or an event of the span is damaged.
Async<Result<HistoryPage>> read_page(Shard& shard, HistorySpan span, std::int32_t batches_max);

// One event, from the batch that begins at `batch_first_event_id`.
Async<Result<workflow::HistoryEvent>> read_event(Shard& shard, RunKey run, std::string branch_id,
                                                 EventId batch_first_event_id, EventId event_id);

// Where the next page begins, for get_history; empty when the span is read whole.
std::string page_token(const HistorySpan& span, const HistoryPage& page);

// Logs it; the caller sees Unavailable.
Status history_damaged(const RunKey& run, EventId event_id);

}  // namespace server::history::api

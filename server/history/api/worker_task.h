#pragma once
// A started workflow task as its worker gets it: state, token, queries, and the history it needs.

#include "server/history/shard/shard.h"
#include "temporal/api/workflowservice/v1/request_response.pb.h"

namespace server::history::api {

// Takes the run with its task started, and lets it go before history is read. A sticky worker gets
// the events since its last task, any other the first page; both end exactly at the started event,
// whatever is written meanwhile.
Async<Result<::temporal::api::workflowservice::v1::PollWorkflowTaskQueueResponse>> worker_task(
    Shard& shard, LockedRun run);

}  // namespace server::history::api

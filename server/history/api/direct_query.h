#pragma once
// A query that no workflow task carries: matching hands it to a worker and brings the answer.

#include "server/history/shard/shard.h"
#include "temporal/api/query/v1/message.pb.h"

namespace server::history::api {

// The sticky queue first, for its own timeout; then, with stickiness cleared, the normal queue with
// the whole history. Takes the run and lets it go before matching is called.
Async<Result<::temporal::api::workflowservice::v1::QueryWorkflowResponse>> ask_directly(
    Shard& shard, rpc::CallContext context, LockedRun run,
    ::temporal::api::query::v1::WorkflowQuery query, TimePoint deadline);

}  // namespace server::history::api

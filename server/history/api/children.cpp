// What shards tell one another about children: the start is recorded, the chain has ended
// (reference events.md §3.5 and §3.6).

#include "server/workflow/operations/child.h"

#include "server/history/api/api.h"
#include "server/history/api/history_pages.h"
#include "server/history/api/run_access.h"

namespace server::history::api {

namespace {

using workflow::Environment;
using workflow::MutableState;
using workflow::Nothing;

// The header is not part of the state. It is needed only when the child ended before its parent
// recorded the start.
Async<Result<std::optional<::temporal::api::common::v1::Header>>> header_for_start(
    Shard& shard, LockedRun& run, EventId initiated_event_id) {
    std::optional<::temporal::api::common::v1::Header> header;
    const auto* child = run.state().children().find(initiated_event_id);
    if (!child || child->started_event_id() != kNoEvent) co_return header;
    CO_TRY_ASSIGN(const workflow::HistoryEvent initiated,
                  co_await read_event(shard, run->key, run.state().info().branch_id(),
                                      child->initiated_event_batch_id(), initiated_event_id));
    const auto& attributes = initiated.start_child_workflow_execution_initiated_event_attributes();
    if (attributes.has_header()) header = attributes.header();
    co_return header;
}

}  // namespace

Reply<role::v1::ReleaseChildResponse> release_child(Shard& shard, rpc::CallContext,
                                                    role::v1::ReleaseChildRequest request) {
    CO_TRY_ASSIGN(LockedRun run,
                  co_await lock_execution(shard, request.namespace_id(), request.execution()));
    const auto decide = [&request](const MutableState& state, const Environment& environment) {
        return workflow::release_child(state, environment, request.parent(),
                                       request.initiated_event_id());
    };
    const auto done = co_await write_run<Nothing>(shard, run, decide);
    CO_TRY(done.status());
    co_return role::v1::ReleaseChildResponse();
}

Reply<role::v1::RecordChildClosedResponse> record_child_closed(
    Shard& shard, rpc::CallContext, role::v1::RecordChildClosedRequest request) {
    CO_TRY_ASSIGN(LockedRun run,
                  co_await lock_execution(shard, request.namespace_id(), request.execution()));
    workflow::ChildClosed closed;
    closed.started.initiated_event_id = request.initiated_event_id();
    closed.started.run_id = request.child_first_run_id();
    CO_TRY_ASSIGN(closed.started.header,
                  co_await header_for_start(shard, run, request.initiated_event_id()));
    closed.execution = request.child();
    closed.close_event = request.close_event();
    const auto decide = [&closed](const MutableState& state, const Environment& environment) {
        return workflow::record_child_closed(state, environment, closed);
    };
    const auto done = co_await write_run<Nothing>(shard, run, decide);
    CO_TRY(done.status());
    co_return role::v1::RecordChildClosedResponse();
}

}  // namespace server::history::api

// The calls about activities: started by a poll, heartbeat, completion, failure, cancellation
// (reference §2.8).

#include "server/workflow/operations/activity.h"

#include "server/history/api/api.h"
#include "server/history/api/history_pages.h"
#include "server/history/api/run_access.h"

namespace server::history::api {

namespace {

using workflow::Environment;
using workflow::MutableState;
using workflow::Nothing;

// The activity's Scheduled event, which holds what the state does not repeat (input, header).
Async<Result<workflow::HistoryEvent>> read_scheduled_event(Shard& shard, LockedRun& run,
                                                           EventId scheduled_event_id) {
    const auto* activity = run.state().activities().find(scheduled_event_id);
    if (!activity) {
        Status gone{Code::FailedPrecondition,
                    "activity with scheduled event " + std::to_string(scheduled_event_id) +
                        " is not pending",
                    TaskObsolete{}};
        co_return gone;
    }
    co_return co_await read_event(shard, run->key, run.state().info().branch_id(),
                                  activity->scheduled_event_batch_id(), scheduled_event_id);
}

// A decision about the activity that the token names, and its reply.
template <class Reply, class Decide>
Async<Result<Reply>> write_by_token(Shard& shard, state::v1::TaskToken token,
                                    const Decide& decide) {
    CO_TRY_ASSIGN(LockedRun run, co_await lock_token(shard, std::move(token)));
    co_return co_await write_run<Reply>(shard, run, decide);
}

}  // namespace

Reply<PollActivityTaskQueueResponse> record_activity_task_started(
    Shard& shard, rpc::CallContext, role::v1::RecordActivityTaskStartedRequest request) {
    CO_TRY_ASSIGN(const cluster::NamespacePtr entry,
                  co_await shard.find_namespace(request.namespace_id()));
    CO_TRY_ASSIGN(LockedRun run,
                  co_await lock_execution(shard, request.namespace_id(), request.execution()));
    CO_TRY_ASSIGN(const workflow::HistoryEvent scheduled,
                  co_await read_scheduled_event(shard, run, request.scheduled_event_id()));
    workflow::ActivityStart start;
    start.scheduled_event_id = request.scheduled_event_id();
    start.stamp = request.stamp();
    start.request_id = request.request_id();
    start.identity = request.poll().identity();
    start.started_with = request.started_with();
    const auto decide = [&start](const MutableState& state, const Environment& environment) {
        return workflow::start_activity(state, environment, start);
    };
    const auto started = co_await write_run<Nothing>(shard, run, decide);
    CO_TRY(obsolete_if_invalid(started.status()));
    const auto* activity = run.state().activities().find(request.scheduled_event_id());
    if (!activity) co_return not_found("activity closed while it was started");
    co_return workflow::activity_task_response(run.state(), *activity, scheduled, entry->name);
}

Reply<RecordActivityTaskHeartbeatResponse> record_activity_heartbeat(
    Shard& shard, rpc::CallContext, state::v1::TaskToken token,
    role::v1::RecordActivityHeartbeatRequest request) {
    const auto decide = [&](const MutableState& state, const Environment& environment) {
        return workflow::heartbeat(state, environment, token, request.request());
    };
    CO_TRY_ASSIGN(const workflow::HeartbeatReply reply,
                  co_await write_by_token<workflow::HeartbeatReply>(shard, token, decide));
    RecordActivityTaskHeartbeatResponse response;
    response.set_cancel_requested(reply.cancel_requested);
    co_return response;
}

Reply<RespondActivityTaskCompletedResponse> respond_activity_completed(
    Shard& shard, rpc::CallContext, state::v1::TaskToken token,
    role::v1::RespondActivityCompletedRequest request) {
    const auto decide = [&](const MutableState& state, const Environment& environment) {
        return workflow::complete_activity(state, environment, token, request.request());
    };
    const auto done = co_await write_by_token<Nothing>(shard, token, decide);
    CO_TRY(done.status());
    co_return RespondActivityTaskCompletedResponse();
}

Reply<RespondActivityTaskFailedResponse> respond_activity_failed(
    Shard& shard, rpc::CallContext, state::v1::TaskToken token,
    role::v1::RespondActivityFailedRequest request) {
    const auto decide = [&](const MutableState& state, const Environment& environment) {
        return workflow::fail_activity(state, environment, token, request.request());
    };
    const auto done = co_await write_by_token<Nothing>(shard, token, decide);
    CO_TRY(done.status());
    co_return RespondActivityTaskFailedResponse();
}

Reply<RespondActivityTaskCanceledResponse> respond_activity_canceled(
    Shard& shard, rpc::CallContext, state::v1::TaskToken token,
    role::v1::RespondActivityCanceledRequest request) {
    const auto decide = [&](const MutableState& state, const Environment& environment) {
        return workflow::cancel_activity(state, environment, token, request.request());
    };
    const auto done = co_await write_by_token<Nothing>(shard, token, decide);
    CO_TRY(done.status());
    co_return RespondActivityTaskCanceledResponse();
}

}  // namespace server::history::api

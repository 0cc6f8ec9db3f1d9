#include "server/history/api/history_pages.h"
#include "server/history/queues/other_workflow.h"
#include "server/history/shard/write_run.h"
#include "server/workflow/events/identity.h"
#include "server/workflow/operations/external_result.h"

namespace server::history {

namespace {

namespace enums = workflow::enums;

// A request that still waits for its outcome, with what its caller's state says.
struct PendingRequest {
    RunKey caller;
    EventId initiated_event_id = kNoEvent;
    std::string branch_id;
    state::v1::ExternalRequest request;
    bool to_itself = false;
    // The target is a child whose start is under way: it may be there in a moment.
    bool child_starts = false;
};
using Requests = workflow::ItemMap<EventId, state::v1::ExternalRequest>;
using RequestsOf = const Requests& (workflow::MutableState::*)() const;

bool starts_child(const workflow::MutableState& state, const std::string& workflow_id) {
    bool starts = false;
    state.children().for_each([&](EventId, const state::v1::Child& child) {
        starts =
            starts || (child.workflow_id() == workflow_id && child.started_event_id() == kNoEvent);
    });
    return starts;
}

// Nothing when the run has closed, is gone, or does not wait for this request any more.
Async<Result<std::optional<PendingRequest>>> look_at_request(Shard& shard, RunKey run,
                                                             EventId initiated_event_id,
                                                             RequestsOf requests_of) {
    std::optional<PendingRequest> nothing;
    const Result<LockedRun> locked = co_await shard.lock_run(run);
    if (!locked.ok() && locked.status().code() == Code::NotFound) co_return nothing;
    if (!locked.ok()) co_return locked.status();
    const workflow::MutableState& state = locked->state();
    const state::v1::ExternalRequest* request = (state.*requests_of)().find(initiated_event_id);
    if (!state.running() || !request) co_return nothing;
    PendingRequest pending{run, initiated_event_id, state.info().branch_id(), *request};
    pending.to_itself = request->execution().workflow_id() == run.workflow_id;
    pending.child_starts =
        request->child_workflow_only() && starts_child(state, request->execution().workflow_id());
    co_return pending;
}

role::v1::ExternalCaller as_caller(const PendingRequest& pending) {
    role::v1::ExternalCaller caller;
    *caller.mutable_execution() = execution_of(pending.caller);
    caller.set_initiated_event_id(pending.initiated_event_id);
    caller.set_must_be_parent(pending.request.child_workflow_only());
    return caller;
}

// What both kinds of request to the target have in common.
template <class Request>
Request target_request(const PendingRequest& pending) {
    Request request;
    request.set_namespace_id(pending.request.namespace_id());
    *request.mutable_caller() = as_caller(pending);
    auto& inner = *request.mutable_request();
    inner.set_namespace_(pending.request.namespace_name());
    *inner.mutable_workflow_execution() = pending.request.execution();
    inner.set_identity(workflow::kHistoryIdentity);
    inner.set_request_id(workflow::external_request_id(pending.caller, pending.initiated_event_id));
    return request;
}

Async<Result<workflow::HistoryEvent>> read_initiated(Shard& shard, const PendingRequest& pending) {
    return api::read_event(shard, pending.caller, pending.branch_id,
                           pending.request.initiated_event_batch_id(), pending.initiated_event_id);
}

Async<Status> call_signal(Shard& shard, PendingRequest pending) {
    if (pending.to_itself) co_return not_found("a workflow can not signal itself");
    CO_TRY_ASSIGN(const workflow::HistoryEvent event, co_await read_initiated(shard, pending));
    const auto& initiated = event.signal_external_workflow_execution_initiated_event_attributes();
    auto request = target_request<role::v1::SignalWorkflowRequest>(pending);
    request.mutable_request()->set_signal_name(initiated.signal_name());
    if (initiated.has_input()) *request.mutable_request()->mutable_input() = initiated.input();
    if (initiated.has_header()) *request.mutable_request()->mutable_header() = initiated.header();
    const auto signalled =
        co_await shard.history().signal_workflow(workflow_call(shard), std::move(request));
    co_return signalled.status();
}

Async<Status> call_cancel(Shard& shard, PendingRequest pending) {
    if (pending.to_itself) co_return not_found("a workflow can not cancel itself");
    CO_TRY_ASSIGN(const workflow::HistoryEvent event, co_await read_initiated(shard, pending));
    const auto& initiated =
        event.request_cancel_external_workflow_execution_initiated_event_attributes();
    auto request = target_request<role::v1::RequestCancelWorkflowRequest>(pending);
    request.mutable_request()->set_reason(initiated.reason());
    const auto requested =
        co_await shard.history().request_cancel_workflow(workflow_call(shard), std::move(request));
    co_return requested.status();
}

using SignalFailedCause = enums::SignalExternalWorkflowExecutionFailedCause;
using CancelFailedCause = enums::CancelExternalWorkflowExecutionFailedCause;

// The cause the caller is told; none: the failure may pass by itself.
std::optional<SignalFailedCause> signal_failure(const Status& failure) {
    if (failure.detail<NamespaceNotFound>()) {
        return enums::SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND;
    }
    if (failure.code() == Code::NotFound) {
        return enums::
            SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND;
    }
    if (failure.code() == Code::InvalidArgument) {
        return enums::SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_SIGNAL_COUNT_LIMIT_EXCEEDED;
    }
    return std::nullopt;
}

std::optional<CancelFailedCause> cancel_failure(const Status& failure) {
    if (failure.detail<NamespaceNotFound>()) {
        return enums::CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND;
    }
    if (failure.code() == Code::NotFound) {
        return enums::
            CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND;
    }
    return std::nullopt;
}

// The caller may have closed meanwhile: then nobody waits for the outcome.
template <class Decide>
Async<Status> write_outcome(Shard& shard, RunKey caller, const Decide& decide) {
    Result<LockedRun> run = co_await shard.lock_run(std::move(caller));
    if (!run.ok()) co_return ok_if_gone(run.status());
    const auto done = co_await write_run<workflow::Nothing>(shard, *run, decide);
    co_return ok_if_gone(done.status());
}

Status child_not_there_yet(const PendingRequest& pending) {
    return unavailable("child workflow " + pending.request.execution().workflow_id() +
                       " is being started");
}

}  // namespace

Async<Status> signal_external(Shard& shard, state::v1::Task task) {
    const EventId id = task.signal_external().initiated_event_id();
    CO_TRY_ASSIGN(const std::optional<PendingRequest> pending,
                  co_await look_at_request(shard, run_of_task(task), id,
                                           &workflow::MutableState::external_signals));
    if (!pending) co_return ok_status();
    const Status called = co_await call_signal(shard, *pending);
    const auto cause = signal_failure(called);
    if (!called.ok() && !cause) co_return called;
    if (!called.ok() && pending->child_starts) co_return child_not_there_yet(*pending);
    const auto decide = [&](const workflow::MutableState& state,
                            const workflow::Environment& environment) {
        return cause ? workflow::record_signal_failed(state, environment, id, *cause)
                     : workflow::record_signal_delivered(state, environment, id);
    };
    co_return co_await write_outcome(shard, pending->caller, decide);
}

Async<Status> cancel_external(Shard& shard, state::v1::Task task) {
    const EventId id = task.cancel_external().initiated_event_id();
    CO_TRY_ASSIGN(const std::optional<PendingRequest> pending,
                  co_await look_at_request(shard, run_of_task(task), id,
                                           &workflow::MutableState::external_cancels));
    if (!pending) co_return ok_status();
    const Status called = co_await call_cancel(shard, *pending);
    const auto cause = cancel_failure(called);
    if (!called.ok() && !cause) co_return called;
    if (!called.ok() && pending->child_starts) co_return child_not_there_yet(*pending);
    const auto decide = [&](const workflow::MutableState& state,
                            const workflow::Environment& environment) {
        return cause ? workflow::record_cancel_failed(state, environment, id, *cause)
                     : workflow::record_cancel_delivered(state, environment, id);
    };
    co_return co_await write_outcome(shard, pending->caller, decide);
}

}  // namespace server::history

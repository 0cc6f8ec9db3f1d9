// Signal, request cancel, terminate, describe, reset stickiness: one decision each on a run named
// by its ids.

#include "server/workflow/operations/external.h"
#include "server/history/api/api.h"
#include "server/history/api/run_access.h"
#include "server/workflow/operations/deletion.h"
#include "server/workflow/operations/describe.h"
#include "server/workflow/operations/workflow_task.h"

namespace server::history::api {

namespace {

using workflow::Environment;
using workflow::MutableState;
using workflow::Nothing;

// A chain named by its first run means its current run, whatever run id the request has (reference
// §2.2).
template <class Request>
::temporal::api::common::v1::WorkflowExecution meant_execution(const Request& request) {
    auto execution = request.workflow_execution();
    if (!request.first_execution_run_id().empty()) execution.clear_run_id();
    return execution;
}

template <class Request>
Status check_chain(const MutableState& state, const Request& request) {
    const std::string& first_run_id = request.first_execution_run_id();
    const bool other_chain =
        !first_run_id.empty() && state.start().first_execution_run_id() != first_run_id;
    if (!state.running() || !other_chain) return ok_status();
    return not_found("workflow execution not found for workflow ID " + state.run().workflow_id +
                     " and first execution run ID " + first_run_id);
}

template <class Request>
workflow::Caller caller_of(const Request& request) {
    if (!request.has_caller()) return std::nullopt;
    const role::v1::ExternalCaller& given = request.caller();
    workflow::ExternalCaller caller{given.execution(), given.initiated_event_id(),
                                    given.must_be_parent(), given.child_initiated_event_id()};
    return caller;
}

}  // namespace

Reply<SignalWorkflowExecutionResponse> signal_workflow(Shard& shard, rpc::CallContext,
                                                       role::v1::SignalWorkflowRequest request) {
    CO_TRY_ASSIGN(LockedRun run, co_await lock_execution(shard, request.namespace_id(),
                                                         request.request().workflow_execution()));
    const auto decide = [&request](const MutableState& state, const Environment& environment) {
        return workflow::signal(state, environment, request.request(), caller_of(request));
    };
    const auto done = co_await write_run<Nothing>(shard, run, decide);
    CO_TRY(done.status());
    SignalWorkflowExecutionResponse response;
    const std::string& request_id = request.request().request_id();
    if (!request_id.empty()) {
        *response.mutable_link() =
            workflow::signal_link(request.request().namespace_(), run->key, request_id);
    }
    co_return response;
}

Reply<RequestCancelWorkflowExecutionResponse> request_cancel_workflow(
    Shard& shard, rpc::CallContext, role::v1::RequestCancelWorkflowRequest request) {
    CO_TRY_ASSIGN(LockedRun run, co_await lock_execution(shard, request.namespace_id(),
                                                         meant_execution(request.request())));
    CO_TRY(check_chain(run.state(), request.request()));
    const auto decide = [&request](const MutableState& state, const Environment& environment) {
        return workflow::request_cancel(state, environment, request.request(), caller_of(request));
    };
    const auto done = co_await write_run<Nothing>(shard, run, decide);
    CO_TRY(done.status());
    co_return RequestCancelWorkflowExecutionResponse();
}

Reply<TerminateWorkflowExecutionResponse> terminate_workflow(
    Shard& shard, rpc::CallContext, role::v1::TerminateWorkflowRequest request) {
    CO_TRY_ASSIGN(LockedRun run, co_await lock_execution(shard, request.namespace_id(),
                                                         meant_execution(request.request())));
    CO_TRY(check_chain(run.state(), request.request()));
    workflow::TerminateRun terminate;
    terminate.reason = request.request().reason();
    terminate.identity = request.request().identity();
    terminate.details = request.request().details();
    terminate.has_details = request.request().has_details();
    terminate.caller = caller_of(request);
    terminate.links = request.request().links();
    const auto decide = [&terminate](const MutableState& state, const Environment& environment) {
        return workflow::terminate(state, environment, terminate);
    };
    const auto done = co_await write_run<Nothing>(shard, run, decide);
    CO_TRY(done.status());
    co_return TerminateWorkflowExecutionResponse();
}

Reply<DeleteWorkflowExecutionResponse> delete_workflow(Shard& shard, rpc::CallContext,
                                                       role::v1::DeleteWorkflowRequest request) {
    CO_TRY_ASSIGN(LockedRun run, co_await lock_execution(shard, request.namespace_id(),
                                                         request.request().workflow_execution()));
    const auto decide = [](const MutableState& state, const Environment& environment) {
        return workflow::delete_run(state, environment);
    };
    const auto done = co_await write_run<Nothing>(shard, run, decide);
    CO_TRY(done.status());
    co_return DeleteWorkflowExecutionResponse();
}

Reply<DescribeWorkflowExecutionResponse> describe_workflow(
    Shard& shard, rpc::CallContext, role::v1::DescribeWorkflowRequest request) {
    CO_TRY_ASSIGN(const LockedRun run, co_await lock_execution(shard, request.namespace_id(),
                                                               request.request().execution()));
    co_return workflow::describe(run.state(), shard.clock().now());
}

Reply<ResetStickyTaskQueueResponse> reset_sticky_task_queue(
    Shard& shard, rpc::CallContext, role::v1::ResetStickyTaskQueueRequest request) {
    CO_TRY_ASSIGN(LockedRun run, co_await lock_execution(shard, request.namespace_id(),
                                                         request.request().execution()));
    const auto decide = [](const MutableState& state, const Environment& environment) {
        return workflow::reset_stickiness(state, environment);
    };
    const auto done = co_await write_run<Nothing>(shard, run, decide);
    CO_TRY(done.status());
    co_return ResetStickyTaskQueueResponse();
}

}  // namespace server::history::api

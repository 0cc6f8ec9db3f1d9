#include "server/frontend/api/methods.h"
#include "server/frontend/validation/ids.h"
#include "server/frontend/validation/payloads.h"
#include "server/frontend/validation/start.h"
#include "server/workflow/operations/external.h"

namespace server::frontend {

namespace {

using SignalWithStart = api::SignalWithStartWorkflowExecutionRequest;

constexpr std::string_view kSignalWithStart = "SignalWithStartWorkflowExecution";

StartRequest start_of(const SignalWithStart& request) {
    StartRequest start;
    start.set_namespace_(request.namespace_());
    start.set_workflow_id(request.workflow_id());
    *start.mutable_workflow_type() = request.workflow_type();
    if (request.has_task_queue()) *start.mutable_task_queue() = request.task_queue();
    if (request.has_input()) *start.mutable_input() = request.input();
    *start.mutable_workflow_execution_timeout() = request.workflow_execution_timeout();
    *start.mutable_workflow_run_timeout() = request.workflow_run_timeout();
    *start.mutable_workflow_task_timeout() = request.workflow_task_timeout();
    start.set_identity(request.identity());
    start.set_request_id(request.request_id());
    start.set_workflow_id_reuse_policy(request.workflow_id_reuse_policy());
    start.set_workflow_id_conflict_policy(request.workflow_id_conflict_policy());
    if (request.has_retry_policy()) *start.mutable_retry_policy() = request.retry_policy();
    start.set_cron_schedule(request.cron_schedule());
    if (request.has_memo()) *start.mutable_memo() = request.memo();
    if (request.has_search_attributes()) {
        *start.mutable_search_attributes() = request.search_attributes();
    }
    if (request.has_header()) *start.mutable_header() = request.header();
    if (request.has_workflow_start_delay()) {
        *start.mutable_workflow_start_delay() = request.workflow_start_delay();
    }
    if (request.has_user_metadata()) *start.mutable_user_metadata() = request.user_metadata();
    *start.mutable_links() = request.links();
    if (request.has_versioning_override()) {
        *start.mutable_versioning_override() = request.versioning_override();
    }
    if (request.has_priority()) *start.mutable_priority() = request.priority();
    if (request.has_time_skipping_config()) {
        *start.mutable_time_skipping_config() = request.time_skipping_config();
    }
    return start;
}

api::SignalWorkflowExecutionRequest signal_of(const SignalWithStart& request) {
    api::SignalWorkflowExecutionRequest signal;
    signal.set_namespace_(request.namespace_());
    signal.mutable_workflow_execution()->set_workflow_id(request.workflow_id());
    signal.set_signal_name(request.signal_name());
    if (request.has_signal_input()) *signal.mutable_input() = request.signal_input();
    signal.set_identity(request.identity());
    signal.set_request_id(request.request_id());
    if (request.has_header()) *signal.mutable_header() = request.header();
    *signal.mutable_links() = request.links();
    return signal;
}

Status check_signal_part(const SignalWithStart& request, const Limits& limits) {
    TRY(check_name("SignalName", request.signal_name(), limits.id_bytes_max));
    if (request.workflow_id_conflict_policy() == enums::WORKFLOW_ID_CONFLICT_POLICY_FAIL) {
        return invalid_argument(
            "Invalid WorkflowIDConflictPolicy: WORKFLOW_ID_CONFLICT_POLICY_FAIL is not supported "
            "for this operation.");
    }
    return check_blob("SignalWithStartWorkflowExecution.SignalInput", request.signal_input(),
                      limits);
}

}  // namespace

Async<Result<api::SignalWithStartWorkflowExecutionResponse>> signal_with_start_workflow_execution(
    Frontend& frontend, Call call, SignalWithStart request) {
    if (request.request_id().empty()) request.set_request_id(frontend.random().uuid());
    StartRequest start = start_of(request);
    CO_TRY(check_start(kSignalWithStart, *call.entry, start, frontend.limits(),
                       frontend.clock().now()));
    CO_TRY(check_signal_part(request, frontend.limits()));
    fill_start_policies(start, enums::WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING);
    role::v1::StartWorkflowRequest forwarded;
    forwarded.set_namespace_id(call.namespace_id());
    *forwarded.mutable_request() = std::move(start);
    *forwarded.mutable_signal() = signal_of(request);
    CO_TRY_ASSIGN(
        const api::StartWorkflowExecutionResponse started,
        co_await frontend.history().start_workflow(std::move(call.context), std::move(forwarded)));
    api::SignalWithStartWorkflowExecutionResponse response;
    response.set_run_id(started.run_id());
    response.set_first_execution_run_id(started.first_execution_run_id());
    response.set_started(started.started());
    const RunKey run{call.namespace_id(), request.workflow_id(), started.run_id()};
    *response.mutable_signal_link() =
        workflow::signal_link(call.entry->name, run, request.request_id());
    co_return response;
}

}  // namespace server::frontend

#include "server/frontend/validation/start.h"

#include <string>

#include "server/frontend/validation/ids.h"
#include "server/frontend/validation/not_built.h"
#include "server/frontend/validation/payloads.h"
#include "server/frontend/validation/task_queue.h"
#include "server/frontend/validation/timeouts.h"
#include "server/runtime/time_zones.h"
#include "server/workflow/backoff/cron.h"
#include "server/workflow/backoff/retry.h"
#include "server/workflow/operations/priority.h"

namespace server::frontend {

namespace enums = ::temporal::api::enums::v1;

namespace {

Status check_schedule(const StartRequest& request, TimePoint now) {
    if (request.has_retry_policy()) TRY(workflow::validate_retry_policy(request.retry_policy()));
    if (!request.cron_schedule().empty() && request.has_workflow_start_delay()) {
        return invalid_argument("CronSchedule and WorkflowStartDelay may not be used together.");
    }
    TRY(check_duration("WorkflowStartDelay", request.workflow_start_delay()));
    return workflow::validate_cron(request.cron_schedule(), now, find_time_zone);
}

Status refuse_unbuilt_options(std::string_view method, const StartRequest& request) {
    if (request.completion_callbacks_size() > 0) return not_built(method, "completion_callbacks");
    const auto& on_conflict = request.on_conflict_options();
    if (on_conflict.attach_request_id() || on_conflict.attach_completion_callbacks() ||
        on_conflict.attach_links()) {
        return not_built(method, "on_conflict_options");
    }
    if (request.has_time_skipping_config()) return not_built(method, "time_skipping_config");
    return {};
}

Status check_start_timeouts(StartRequest& request, const Limits& limits) {
    TRY(check_duration("WorkflowExecutionTimeout", request.workflow_execution_timeout()));
    TRY(check_duration("WorkflowRunTimeout", request.workflow_run_timeout()));
    TRY(check_duration("WorkflowTaskTimeout", request.workflow_task_timeout()));
    if (request.has_workflow_execution_timeout()) {
        cap_duration(*request.mutable_workflow_execution_timeout(), limits.duration_max);
    }
    if (request.has_workflow_run_timeout()) {
        cap_duration(*request.mutable_workflow_run_timeout(), limits.duration_max);
    }
    if (request.has_workflow_task_timeout()) {
        cap_duration(*request.mutable_workflow_task_timeout(), limits.duration_max);
    }
    return {};
}

Status check_start_policies(const StartRequest& request) {
    const auto reuse = request.workflow_id_reuse_policy();
    const auto conflict = request.workflow_id_conflict_policy();
    if (!enums::WorkflowIdReusePolicy_IsValid(reuse)) {
        return invalid_argument("Invalid WorkflowIDReusePolicy: " + std::to_string(reuse));
    }
    if (!enums::WorkflowIdConflictPolicy_IsValid(conflict)) {
        return invalid_argument("Invalid WorkflowIDConflictPolicy: " + std::to_string(conflict));
    }
    if (conflict == enums::WORKFLOW_ID_CONFLICT_POLICY_UNSPECIFIED) return {};
    if (reuse == enums::WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING) {
        return invalid_argument(
            "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING cannot "
            "be used together with a WorkflowIDConflictPolicy.");
    }
    if (reuse == enums::WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE &&
        conflict == enums::WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING) {
        return invalid_argument(
            "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE cannot be "
            "used together with WorkflowIdConflictPolicy "
            "WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING.");
    }
    return {};
}

Status check_start_sizes(std::string_view method, const StartRequest& request,
                         const Limits& limits) {
    const std::string prefix = std::string(method) + ".";
    TRY(check_blob(prefix + "Input", request.input(), limits));
    TRY(check_blob(prefix + "Header", request.header(), limits));
    TRY(check_blob(prefix + "LastCompletionResult", request.last_completion_result(), limits));
    TRY(check_blob(prefix + "ContinuedFailure", request.continued_failure(), limits));
    TRY(check_blob(prefix + "UserMetadata", request.user_metadata(), limits));
    return check_memo(prefix + "Memo", request.memo(), limits);
}

}  // namespace

// The order is Temporal's: which of two faults is named is part of what clients see.
Status check_start(std::string_view method, const cluster::NamespaceEntry& entry,
                   StartRequest& request, const Limits& limits, TimePoint now) {
    TRY(check_name("WorkflowId", request.workflow_id(), limits.id_bytes_max));
    TRY(check_schedule(request, now));
    TRY(check_name("WorkflowType", request.workflow_type().name(), limits.id_bytes_max));
    TRY(check_started_task_queue(request.has_task_queue(), *request.mutable_task_queue(), limits));
    TRY(check_start_timeouts(request, limits));
    TRY(check_length("RequestId", request.request_id(), limits.id_bytes_max));
    TRY(check_length("Identity", request.identity(), limits.id_bytes_max));
    TRY(check_start_policies(request));
    if (request.has_search_attributes()) {
        TRY(cluster::check_search_attributes(entry, limits.search_attributes,
                                             *request.mutable_search_attributes()));
    }
    TRY(workflow::validate_priority(request.priority()));
    TRY(refuse_unbuilt_options(method, request));
    TRY(check_links(request.links(), limits));
    TRY(check_start_sizes(method, request, limits));
    if (request.has_versioning_override()) return not_built(method, "versioning_override");
    if (request.has_workflow_start_delay()) {
        cap_duration(*request.mutable_workflow_start_delay(), limits.duration_max);
    }
    return {};
}

void fill_start_policies(StartRequest& request, enums::WorkflowIdConflictPolicy conflict) {
    if (request.workflow_id_reuse_policy() ==
        enums::WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING) {
        request.set_workflow_id_reuse_policy(enums::WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE);
        request.set_workflow_id_conflict_policy(
            enums::WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING);
    }
    if (request.workflow_id_reuse_policy() == enums::WORKFLOW_ID_REUSE_POLICY_UNSPECIFIED) {
        request.set_workflow_id_reuse_policy(enums::WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE);
    }
    if (request.workflow_id_conflict_policy() == enums::WORKFLOW_ID_CONFLICT_POLICY_UNSPECIFIED) {
        request.set_workflow_id_conflict_policy(conflict);
    }
}

}  // namespace server::frontend

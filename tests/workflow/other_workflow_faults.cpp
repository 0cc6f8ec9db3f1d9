#include "tests/workflow/command_faults.h"

namespace server::workflow::test::command_faults {

namespace {

std::vector<Fault> child_faults() {
    Family family{enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_START_CHILD_EXECUTION_ATTRIBUTES,
                  [] { return start_child_command("c"); },
                  {}};
    const auto child = [](C & c) -> auto& {
        return *c.mutable_start_child_workflow_execution_command_attributes();
    };
    family.add(
        "no workflow id", [=](C& c) { child(c).clear_workflow_id(); },
        "WorkflowId is not set on command.");
    family.add(
        "no workflow type", [=](C& c) { child(c).clear_workflow_type(); },
        "WorkflowType is not set on command.");
    family.add(
        "a long workflow id", [=](C& c) { child(c).set_workflow_id(std::string(1001, 'w')); },
        "WorkflowId, WorkflowType or TaskQueue exceeds length limit: 1001 of 1000");
    family.add(
        "another namespace", [=](C& c) { child(c).set_namespace_("other"); },
        "commands to other namespaces are not allowed: other");
    family.add(
        "a partition's task queue",
        [=](C& c) { child(c).mutable_task_queue()->set_name("/_sys/q/1"); },
        "TaskQueue has the reserved prefix /_sys/");
    const auto negative = [&](const std::string& field, const auto& spoil) {
        family.add("a negative " + field, spoil, "A valid " + field + " is not set on command.");
    };
    negative("WorkflowExecutionTimeout", [=](C& c) {
        child(c).mutable_workflow_execution_timeout()->set_seconds(-kForever - 1);
    });
    negative("WorkflowRunTimeout",
             [=](C& c) { child(c).mutable_workflow_run_timeout()->set_seconds(-1); });
    negative("WorkflowTaskTimeout",
             [=](C& c) { child(c).mutable_workflow_task_timeout()->set_nanos(-1); });
    family.add(
        "an unknown close policy",
        [=](C& c) { child(c).set_parent_close_policy(static_cast<enums::ParentClosePolicy>(77)); },
        "unknown ParentClosePolicy: 77.");
    family.add(
        "an unknown reuse policy",
        [=](C& c) {
            child(c).set_workflow_id_reuse_policy(static_cast<enums::WorkflowIdReusePolicy>(77));
        },
        "unknown WorkflowIdReusePolicy: 77.");
    family.add(
        "a bad retry policy",
        [=](C& c) { child(c).mutable_retry_policy()->set_maximum_attempts(-1); },
        "MaximumAttempts cannot be negative");
    family.add(
        "a schedule that is none", [=](C& c) { child(c).set_cron_schedule("* * * *"); },
        "invalid CronSchedule: expected 5 fields");
    family.add(
        "a schedule that never fires", [=](C& c) { child(c).set_cron_schedule("0 0 30 2 *"); },
        "invalid CronSchedule, no next firing time found");
    family.add(
        "a negative priority", [=](C& c) { child(c).mutable_priority()->set_priority_key(-1); },
        "priority key can't be negative");
    return family.faults;
}

std::vector<Fault> continuation_faults() {
    Family family{
        enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_CONTINUE_AS_NEW_ATTRIBUTES, continue_command, {}};
    const auto next = [](C & c) -> auto& {
        return *c.mutable_continue_as_new_workflow_execution_command_attributes();
    };
    const std::string too_long = "WorkflowType or TaskQueue exceeds length limit: 1001 of 1000";
    family.add(
        "a long type",
        [=](C& c) { next(c).mutable_workflow_type()->set_name(std::string(1001, 'w')); }, too_long);
    family.add(
        "a long task queue",
        [=](C& c) { next(c).mutable_task_queue()->set_name(std::string(1001, 'q')); }, too_long);
    family.add(
        "a partition's task queue",
        [=](C& c) { next(c).mutable_task_queue()->set_name("/_sys/q/1"); },
        "TaskQueue has the reserved prefix /_sys/");
    family.add(
        "a bad retry policy",
        [=](C& c) { next(c).mutable_retry_policy()->set_backoff_coefficient(0.1); },
        "BackoffCoefficient cannot be less than 1");
    family.add(
        "a schedule that never fires", [=](C& c) { next(c).set_cron_schedule("0 0 30 2 *"); },
        "no next firing time found");
    const std::string negative = "a timeout of ContinueAsNew is negative";
    family.add(
        "a negative run timeout",
        [=](C& c) { next(c).mutable_workflow_run_timeout()->set_seconds(-1); }, negative);
    family.add(
        "a negative task timeout",
        [=](C& c) { next(c).mutable_workflow_task_timeout()->set_seconds(-1); }, negative);
    family.add(
        "a negative backoff",
        [=](C& c) { next(c).mutable_backoff_start_interval()->set_seconds(-kForever - 1); },
        negative);
    return family.faults;
}

std::vector<Fault> external_faults() {
    Family signals{enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES,
                   [] { return signal_external_command("other"); },
                   {}};
    const auto signal = [](C & c) -> auto& {
        return *c.mutable_signal_external_workflow_execution_command_attributes();
    };
    signals.add(
        "no workflow", [=](C& c) { signal(c).clear_execution(); }, "WorkflowId is not set");
    signals.add(
        "a run id that is none", [=](C& c) { signal(c).mutable_execution()->set_run_id("first"); },
        "RunId");
    signals.add(
        "no name", [=](C& c) { signal(c).clear_signal_name(); },
        "SignalName is not set on command. WorkflowId: other");
    signals.add(
        "a long name", [=](C& c) { signal(c).set_signal_name(std::string(1001, 's')); },
        "SignalName exceeds length limit: 1001 of 1000");
    signals.add(
        "another namespace", [=](C& c) { signal(c).set_namespace_("other"); },
        "commands to other namespaces are not allowed");
    Family cancels{
        enums::WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_ATTRIBUTES,
        [] { return cancel_external_command("other"); },
        {}};
    const auto cancel = [](C & c) -> auto& {
        return *c.mutable_request_cancel_external_workflow_execution_command_attributes();
    };
    cancels.add(
        "no workflow to cancel", [=](C& c) { cancel(c).clear_workflow_id(); },
        "WorkflowId is not set");
    cancels.add(
        "a run to cancel that is none", [=](C& c) { cancel(c).set_run_id("first"); }, "RunId");
    cancels.add(
        "a cancel in another namespace", [=](C& c) { cancel(c).set_namespace_("other"); },
        "commands to other namespaces are not allowed");
    for (Fault& fault : cancels.faults) signals.faults.push_back(std::move(fault));
    return signals.faults;
}

}  // namespace

std::vector<Fault> other_workflow_faults() {
    std::vector<Fault> all = child_faults();
    for (const auto& faults : {continuation_faults(), external_faults()}) {
        all.insert(all.end(), faults.begin(), faults.end());
    }
    return all;
}

}  // namespace server::workflow::test::command_faults

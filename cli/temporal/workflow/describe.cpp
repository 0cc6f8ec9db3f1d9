// `temporal workflow describe`.
#include <ostream>

#include "cli/client/flags.h"
#include "cli/output/output.h"
#include "cli/requests/payloads.h"
#include "cli/temporal/workflow/workflow.h"

namespace cli {

namespace {

using Described = api::DescribeWorkflowExecutionResponse;

void add_unless_empty(Fields& fields, const std::string& name, std::string value) {
    if (!value.empty()) fields.emplace_back(name, std::move(value));
}

// "map[CustomerId:"c-1" Total:17]"
std::string attributes_text(const common::SearchAttributes& attributes) {
    std::map<std::string, std::string> sorted;
    for (const auto& [name, value] : attributes.indexed_fields()) sorted[name] = to_text(value);
    std::string text;
    for (const auto& [name, value] : sorted) text += (text.empty() ? "" : " ") + name + ":" + value;
    return "map[" + text + "]";
}

void print_run(const Described& described, const std::string& namespace_name, Output& output) {
    const auto& info = described.workflow_execution_info();
    Fields fields{{"WorkflowId", info.execution().workflow_id()},
                  {"RunId", info.execution().run_id()},
                  {"Type", info.type().name()},
                  {"Namespace", namespace_name},
                  {"TaskQueue", info.task_queue()},
                  {"Status", short_name(info.status())}};
    add_unless_empty(fields, "StartTime", output.time(info.start_time()));
    add_unless_empty(fields, "CloseTime", output.time(info.close_time()));
    add_unless_empty(fields, "ExecutionTime", output.time(info.execution_time()));
    fields.emplace_back("SearchAttributes", attributes_text(info.search_attributes()));
    fields.emplace_back("StateTransitionCount", std::to_string(info.state_transition_count()));
    fields.emplace_back("HistoryLength", std::to_string(info.history_length()));
    fields.emplace_back("HistorySize", std::to_string(info.history_size_bytes()));
    add_unless_empty(fields, "ParentWorkflowId", info.parent_execution().workflow_id());
    output.text() << "Execution Info:\n";
    print_fields(output.text(), fields);
}

void print_pending(const Described& described, Output& output) {
    output.text() << "\nPending Activities: " << described.pending_activities_size() << "\n";
    for (const auto& activity : described.pending_activities()) {
        Fields fields{{"ActivityId", activity.activity_id()},
                      {"Type", activity.activity_type().name()},
                      {"State", short_name(activity.state())},
                      {"Attempt", std::to_string(activity.attempt())}};
        add_unless_empty(fields, "ScheduledTime", output.time(activity.scheduled_time()));
        add_unless_empty(fields, "LastStartedTime", output.time(activity.last_started_time()));
        add_unless_empty(fields, "LastHeartbeatTime", output.time(activity.last_heartbeat_time()));
        add_unless_empty(fields, "LastFailure", activity.last_failure().message());
        add_unless_empty(fields, "LastWorkerIdentity", activity.last_worker_identity());
        output.text() << "\n";
        print_fields(output.text(), fields);
    }
    output.text() << "Pending Child Workflows: " << described.pending_children_size() << "\n";
    if (!described.has_pending_workflow_task()) return;
    const auto& task = described.pending_workflow_task();
    output.text() << "\nPending Workflow Task:\n";
    print_fields(output.text(), {{"State", short_name(task.state())},
                                 {"Attempt", std::to_string(task.attempt())}});
}

Status describe_workflow(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(Connection connection, connect(invocation));
    const Run run = run_of(invocation);
    api::DescribeWorkflowExecutionRequest request;
    request.set_namespace_(run.namespace_name);
    *request.mutable_execution() = execution_of(run);
    TRY_ASSIGN(const Described described, connection.call<Described>(request));
    output.print(described);
    if (!output.for_people()) return {};
    print_run(described, run.namespace_name, output);
    print_pending(described, output);
    return {};
}

}  // namespace

Command workflow_describe_command() {
    return {.name = "describe",
            .summary = "Print what a workflow is and what it waits for.",
            .flags = run_flags(),
            .required = {"workflow-id"},
            .run = checked<describe_workflow>};
}

}  // namespace cli

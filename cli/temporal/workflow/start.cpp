// `temporal workflow start` and `execute`.
#include <ostream>

#include "cli/client/flags.h"
#include "cli/output/output.h"
#include "cli/requests/payloads.h"
#include "cli/temporal/workflow/workflow.h"

namespace cli {

namespace {

using StartRequest = api::StartWorkflowExecutionRequest;

constexpr std::string_view kReusePolicies =
    "AllowDuplicate|AllowDuplicateFailedOnly|RejectDuplicate|TerminateIfRunning";
constexpr std::string_view kConflictPolicies = "Fail|UseExisting|TerminateExisting";

// The value of an enumeration by the short form of its name, 0 for none.
template <class Enum>
Enum value_called(const std::string& name) {
    const auto* type = google::protobuf::GetEnumDescriptor<Enum>();
    for (int at = 0; at < type->value_count(); ++at) {
        const int number = type->value(at)->number();
        if (short_name(*type, number) == name) return static_cast<Enum>(number);
    }
    return Enum{};
}

Status set_timeouts(const FlagValues& flags, StartRequest& request) {
    TRY_ASSIGN(const auto execution, duration_flag(flags, "execution-timeout"));
    TRY_ASSIGN(const auto run, duration_flag(flags, "run-timeout"));
    TRY_ASSIGN(const auto task, duration_flag(flags, "task-timeout"));
    TRY_ASSIGN(const auto delay, duration_flag(flags, "start-delay"));
    if (execution) *request.mutable_workflow_execution_timeout() = *execution;
    if (run) *request.mutable_workflow_run_timeout() = *run;
    if (task) *request.mutable_workflow_task_timeout() = *task;
    if (delay) *request.mutable_workflow_start_delay() = *delay;
    return {};
}

Result<StartRequest> start_request(const Invocation& invocation) {
    const FlagValues& flags = invocation.flags;
    StartRequest request;
    request.set_namespace_(flags.text("namespace"));
    const std::string id = flags.text("workflow-id");
    request.set_workflow_id(id.empty() ? random_id() : id);
    request.mutable_workflow_type()->set_name(flags.text("type"));
    request.mutable_task_queue()->set_name(flags.text("task-queue"));
    request.set_identity(identity_of(invocation));
    request.set_request_id(random_id());
    request.set_cron_schedule(flags.text("cron"));
    request.set_workflow_id_reuse_policy(
        value_called<enums::WorkflowIdReusePolicy>(flags.text("id-reuse-policy")));
    request.set_workflow_id_conflict_policy(
        value_called<enums::WorkflowIdConflictPolicy>(flags.text("id-conflict-policy")));
    TRY(set_timeouts(flags, request));
    TRY_ASSIGN(*request.mutable_input(), read_input(flags));
    TRY_ASSIGN(auto memo, json_fields("memo", flags.list("memo")));
    if (!memo.empty()) request.mutable_memo()->mutable_fields()->swap(memo);
    TRY_ASSIGN(auto attributes, json_fields("search-attribute", flags.list("search-attribute")));
    if (!attributes.empty()) {
        request.mutable_search_attributes()->mutable_indexed_fields()->swap(attributes);
    }
    return request;
}

boost::json::object running(const StartRequest& request, const std::string& run_id) {
    return {{"workflowId", request.workflow_id()},
            {"runId", run_id},
            {"type", request.workflow_type().name()},
            {"namespace", request.namespace_()},
            {"taskQueue", request.task_queue().name()}};
}

void print_running(const StartRequest& request, const std::string& run_id, Output& output) {
    if (!output.for_people()) return;
    output.text() << "Running execution:\n";
    print_fields(output.text(), {{"WorkflowId", request.workflow_id()},
                                 {"RunId", run_id},
                                 {"Type", request.workflow_type().name()},
                                 {"Namespace", request.namespace_()},
                                 {"TaskQueue", request.task_queue().name()}});
}

Status start_workflow(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(const StartRequest request, start_request(invocation));
    TRY_ASSIGN(Connection connection, connect(invocation));
    TRY_ASSIGN(const auto started, connection.call<api::StartWorkflowExecutionResponse>(request));
    print_running(request, started.run_id(), output);
    output.print(running(request, started.run_id()));
    return {};
}

Status execute_workflow(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(const StartRequest request, start_request(invocation));
    TRY_ASSIGN(Connection connection, connect(invocation));
    TRY_ASSIGN(const auto started, connection.call<api::StartWorkflowExecutionResponse>(request));
    print_running(request, started.run_id(), output);
    const Run run{request.namespace_(), request.workflow_id(), started.run_id()};
    if (output.for_people()) {
        output.text() << "\n";
        Progress progress(output);
        progress.begin();
        TRY(read_history(connection, run, true,
                         [&](const history::HistoryEvent& event) { progress.add(event); }));
        output.text() << "\n";
    }
    TRY_ASSIGN(const Outcome outcome, wait_for_outcome(connection, run));
    return print_outcome(outcome, run, output, running(request, outcome.run_id));
}

std::vector<Flag> start_only_flags() {
    const auto text = [](std::string_view name, std::string_view value_name,
                         std::string_view help) {
        return Flag{.name = name, .value_name = value_name, .help = help};
    };
    Flag id = text("workflow-id", "ID", "Its id; a random one without it.");
    id.letter = 'w';
    id.alias = "wid";
    Flag queue = text("task-queue", "NAME", "The task queue of its workers.");
    queue.letter = 't';
    queue.alias = "tq";
    Flag reuse = text("id-reuse-policy", "POLICY",
                      "Whether a workflow of this id that has closed is in the way.");
    reuse.choices = kReusePolicies;
    Flag conflict = text("id-conflict-policy", "POLICY", "What to do with one that runs.");
    conflict.choices = kConflictPolicies;
    Flag memo = text("memo", "KEY=JSON", "A note that lists and descriptions show.");
    memo.kind = Flag::Kind::list;
    Flag attribute = text("search-attribute", "KEY=JSON", "A search attribute and its value.");
    attribute.kind = Flag::Kind::list;
    return {id,
            queue,
            text("type", "NAME", "Which workflow to start."),
            text("execution-timeout", "DURATION", "How long it may run, retries included."),
            text("run-timeout", "DURATION", "How long one run of it may take."),
            text("task-timeout", "DURATION", "How long one of its tasks may take."),
            text("start-delay", "DURATION", "How long to wait before it starts."),
            text("cron", "SPEC", "When it runs again, as cron writes it."),
            reuse,
            conflict,
            memo,
            attribute};
}

std::vector<Flag> all_start_flags() {
    std::vector<Flag> flags = start_only_flags();
    for (const Flag& flag : input_flags()) flags.push_back(flag);
    return flags;
}

}  // namespace

std::vector<Command> workflow_start_commands() {
    return {{.name = "start",
             .summary = "Start a workflow.",
             .examples =
                 "  temporal workflow start --type Order --task-queue orders --input '\"book\"'",
             .flags = all_start_flags(),
             .required = {"task-queue", "type"},
             .run = checked<start_workflow>},
            {.name = "execute",
             .summary = "Start a workflow and follow it to its end; exit code 1 when it fails.",
             .flags = all_start_flags(),
             .required = {"task-queue", "type"},
             .run = checked<execute_workflow>}};
}

}  // namespace cli

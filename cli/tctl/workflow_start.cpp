// `tctl workflow start`, `run` and `observe`.
#include <google/protobuf/util/time_util.h>

#include <ostream>

#include "cli/client/flags.h"
#include "cli/json/message.h"
#include "cli/requests/payloads.h"
#include "cli/requests/runs.h"
#include "cli/tctl/commands.h"
#include "cli/tctl/globals.h"

namespace cli::tctl {

namespace {

using google::protobuf::util::TimeUtil;

constexpr std::int64_t kSecondsMax = 100LL * 365 * 24 * 3600;

Result<common::Payloads> workflow_input(const FlagValues& flags) {
    const std::string path = flags.text("input_file");
    if (path.empty()) return json_payloads("flag --input", flags.text("input"));
    TRY_ASSIGN(const std::string text, read_file("flag --input_file", path));
    return json_payloads("the file " + path, text);
}

Result<enums::WorkflowIdReusePolicy> reuse_policy(const FlagValues& flags) {
    const std::string text = flags.text("workflowidreusepolicy");
    if (text == "AllowDuplicate") return enums::WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE;
    if (text == "AllowDuplicateFailedOnly") {
        return enums::WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY;
    }
    if (text == "RejectDuplicate") return enums::WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE;
    return enums::WORKFLOW_ID_REUSE_POLICY_UNSPECIFIED;
}

Result<api::StartWorkflowExecutionRequest> start_request(const Invocation& invocation) {
    const FlagValues& flags = invocation.flags;
    api::StartWorkflowExecutionRequest request;
    request.set_namespace_(namespace_name(invocation));
    const std::string id = flags.text("workflow_id");
    request.set_workflow_id(id.empty() ? random_id() : id);
    request.mutable_workflow_type()->set_name(flags.text("workflow_type"));
    request.mutable_task_queue()->set_name(flags.text("taskqueue"));
    request.set_identity(identity());
    request.set_request_id(random_id());
    request.set_cron_schedule(flags.text("cron"));
    TRY_ASSIGN(const auto policy, reuse_policy(flags));
    request.set_workflow_id_reuse_policy(policy);
    TRY_ASSIGN(*request.mutable_input(), workflow_input(flags));
    if (const auto seconds = flags.integer("execution_timeout")) {
        request.mutable_workflow_execution_timeout()->set_seconds(*seconds);
    }
    if (const auto seconds = flags.integer("workflow_task_timeout")) {
        request.mutable_workflow_task_timeout()->set_seconds(*seconds);
    }
    return request;
}

Status start_workflow(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(const auto request, start_request(invocation));
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY_ASSIGN(const auto started, connection.call<api::StartWorkflowExecutionResponse>(request));
    terminal.out << "Started Workflow Id: " << request.workflow_id()
                 << ", run Id: " << started.run_id() << "\n";
    return {};
}

// The events as they come, then the result. A workflow that did not complete is a failure.
Status observe_run(Connection& connection, const Run& run, Terminal& terminal) {
    terminal.out << "Progress:" << std::endl;
    Status read = read_history(connection, run, true, [&](const history::HistoryEvent& event) {
        terminal.out << "  " << event.event_id() << ", " << TimeUtil::ToString(event.event_time())
                     << ", " << short_name(event.event_type()) << std::endl;
    });
    TRY(read);
    TRY_ASSIGN(const Outcome outcome, wait_for_outcome(connection, run));
    terminal.out << "\nResult:\n  Status: " << outcome.status << "\n";
    if (!outcome.failure.empty()) {
        return server::failed_precondition("workflow " + run.workflow_id + ": " + outcome.failure);
    }
    terminal.out << "  Output: " << to_text(outcome.result) << "\n";
    return {};
}

Status run_workflow(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(const auto request, start_request(invocation));
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY_ASSIGN(const auto started, connection.call<api::StartWorkflowExecutionResponse>(request));
    terminal.out << "Running execution:\n  Workflow Id : " << request.workflow_id()
                 << "\n  Run Id : " << started.run_id()
                 << "\n  Type : " << request.workflow_type().name()
                 << "\n  Namespace : " << request.namespace_()
                 << "\n  Task Queue : " << request.task_queue().name() << "\n";
    return observe_run(connection, {request.namespace_(), request.workflow_id(), started.run_id()},
                       terminal);
}

Status observe_workflow(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    return observe_run(connection,
                       {namespace_name(invocation), invocation.flags.text("workflow_id"),
                        invocation.flags.text("run_id")},
                       terminal);
}

Flag seconds_flag(std::string_view name, std::string_view alias, std::string_view help) {
    return {.name = name,
            .kind = Flag::Kind::integer,
            .value_name = "SECONDS",
            .help = help,
            .maximum = kSecondsMax,
            .alias = alias};
}

std::vector<Flag> start_flags() {
    return {
        {.name = "taskqueue",
         .letter = 't',
         .value_name = "NAME",
         .help = "The task queue of its workers.",
         .alias = "tq"},
        {.name = "workflow_id",
         .letter = 'w',
         .value_name = "ID",
         .help = "Its id; a random one without it.",
         .alias = "wid"},
        {.name = "workflow_type",
         .value_name = "NAME",
         .help = "Which workflow to start.",
         .alias = "wt"},
        {.name = "input",
         .letter = 'i',
         .value_name = "JSON",
         .help = "Its arguments, as JSON with spaces between: '\"text\" 17'."},
        {.name = "input_file",
         .value_name = "FILE",
         .help = "A file with its arguments.",
         .alias = "if"},
        seconds_flag("execution_timeout", "et", "How long it may run."),
        seconds_flag("workflow_task_timeout", "wtt", "How long one of its tasks may take."),
        {.name = "cron", .value_name = "SPEC", .help = "When it runs again, as cron writes it."},
        {.name = "workflowidreusepolicy",
         .value_name = "POLICY",
         .help = "Whether a workflow of this id that has closed is in the way.",
         .choices = "AllowDuplicate|AllowDuplicateFailedOnly|RejectDuplicate",
         .alias = "wrp"},
    };
}

}  // namespace

std::vector<Command> workflow_start_commands() {
    return {{.name = "start",
             .summary = "Start a workflow.",
             .examples = "  tctl workflow start --tq orders --wt Order --wid order-17 -i 17",
             .flags = start_flags(),
             .required = {"taskqueue", "workflow_type"},
             .run = checked<start_workflow>},
            {.name = "run",
             .summary = "Start a workflow and follow it to its end.",
             .flags = start_flags(),
             .required = {"taskqueue", "workflow_type"},
             .run = checked<run_workflow>},
            {.name = "observe",
             .aliases = "ob",
             .summary = "Follow a run to its end.",
             .flags = run_flags(),
             .required = {"workflow_id"},
             .run = checked<observe_workflow>}};
}

}  // namespace cli::tctl

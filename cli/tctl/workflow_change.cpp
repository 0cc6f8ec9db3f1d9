// `tctl workflow signal`, `cancel` and `terminate`.
#include <ostream>

#include "cli/requests/payloads.h"
#include "cli/requests/runs.h"
#include "cli/tctl/commands.h"
#include "cli/tctl/globals.h"

namespace cli::tctl {

namespace {

template <class Request>
Request change_of(const Invocation& invocation) {
    Request request;
    request.set_namespace_(namespace_name(invocation));
    auto& execution = *request.mutable_workflow_execution();
    execution.set_workflow_id(invocation.flags.text("workflow_id"));
    execution.set_run_id(invocation.flags.text("run_id"));
    request.set_identity(identity());
    return request;
}

Status signal_workflow(const Invocation& invocation, Terminal& terminal) {
    auto request = change_of<api::SignalWorkflowExecutionRequest>(invocation);
    request.set_signal_name(invocation.flags.text("name"));
    request.set_request_id(random_id());
    TRY_ASSIGN(*request.mutable_input(),
               json_payloads("flag --input", invocation.flags.text("input")));
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY(connection.call<api::SignalWorkflowExecutionResponse>(request).status());
    terminal.out << "Signal workflow succeeded.\n";
    return {};
}

Status cancel_workflow(const Invocation& invocation, Terminal& terminal) {
    auto request = change_of<api::RequestCancelWorkflowExecutionRequest>(invocation);
    request.set_request_id(random_id());
    request.set_reason(invocation.flags.text("reason"));
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY(connection.call<api::RequestCancelWorkflowExecutionResponse>(request).status());
    terminal.out << "Cancel workflow succeeded.\n";
    return {};
}

Status terminate_workflow(const Invocation& invocation, Terminal& terminal) {
    auto request = change_of<api::TerminateWorkflowExecutionRequest>(invocation);
    request.set_reason(invocation.flags.text("reason"));
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    TRY(connection.call<api::TerminateWorkflowExecutionResponse>(request).status());
    terminal.out << "Terminate workflow succeeded.\n";
    return {};
}

std::vector<Flag> change_flags(std::vector<Flag> others) {
    std::vector<Flag> flags = run_flags();
    flags.insert(flags.end(), others.begin(), others.end());
    return flags;
}

const Flag kReason{
    .name = "reason", .value_name = "TEXT", .help = "Why, for the history.", .alias = "re"};

}  // namespace

std::vector<Flag> run_flags() {
    return {{.name = "workflow_id",
             .letter = 'w',
             .value_name = "ID",
             .help = "The workflow.",
             .alias = "wid"},
            {.name = "run_id",
             .letter = 'r',
             .value_name = "ID",
             .help = "Its run; the current one without it.",
             .alias = "rid"}};
}

std::vector<Command> workflow_change_commands() {
    return {{.name = "signal",
             .aliases = "s",
             .summary = "Send a signal to a workflow.",
             .flags = change_flags({{.name = "name", .value_name = "NAME", .help = "The signal."},
                                    {.name = "input",
                                     .letter = 'i',
                                     .value_name = "JSON",
                                     .help = "Its arguments, as JSON with spaces between."}}),
             .required = {"workflow_id", "name"},
             .run = checked<signal_workflow>},
            {.name = "cancel",
             .aliases = "c",
             .summary = "Ask a workflow to cancel itself.",
             .flags = change_flags({kReason}),
             .required = {"workflow_id"},
             .run = checked<cancel_workflow>},
            {.name = "terminate",
             .aliases = "term",
             .summary = "End a workflow at once.",
             .flags = change_flags({kReason}),
             .required = {"workflow_id"},
             .run = checked<terminate_workflow>}};
}

}  // namespace cli::tctl

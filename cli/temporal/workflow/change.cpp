// `temporal workflow signal`, `cancel` and `terminate`.
#include <ostream>

#include "cli/client/flags.h"
#include "cli/output/output.h"
#include "cli/requests/payloads.h"
#include "cli/temporal/workflow/workflow.h"

namespace cli {

namespace {

template <class Request>
Request change_of(const Invocation& invocation) {
    const Run run = run_of(invocation);
    Request request;
    request.set_namespace_(run.namespace_name);
    *request.mutable_workflow_execution() = execution_of(run);
    request.set_identity(identity_of(invocation));
    return request;
}

// Sends it, and says so.
template <class Response, class Request>
Status change(const Invocation& invocation, const Request& request, std::string_view done,
              Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(Connection connection, connect(invocation));
    TRY(connection.call<Response>(request).status());
    if (output.for_people()) output.text() << done << "\n";
    output.print(boost::json::object());
    return {};
}

Status signal_workflow(const Invocation& invocation, Terminal& terminal) {
    auto request = change_of<api::SignalWorkflowExecutionRequest>(invocation);
    request.set_signal_name(invocation.flags.text("name"));
    request.set_request_id(random_id());
    TRY_ASSIGN(*request.mutable_input(), read_input(invocation.flags));
    return change<api::SignalWorkflowExecutionResponse>(invocation, request,
                                                        "Signal workflow succeeded", terminal);
}

Status cancel_workflow(const Invocation& invocation, Terminal& terminal) {
    auto request = change_of<api::RequestCancelWorkflowExecutionRequest>(invocation);
    request.set_request_id(random_id());
    request.set_reason(invocation.flags.text("reason"));
    return change<api::RequestCancelWorkflowExecutionResponse>(invocation, request,
                                                               "Canceled workflow", terminal);
}

Status terminate_workflow(const Invocation& invocation, Terminal& terminal) {
    auto request = change_of<api::TerminateWorkflowExecutionRequest>(invocation);
    const std::string reason = invocation.flags.text("reason");
    request.set_reason(reason.empty() ? "Requested from CLI by " + request.identity() : reason);
    return change<api::TerminateWorkflowExecutionResponse>(invocation, request,
                                                           "Workflow terminated", terminal);
}

const Flag kWhy{.name = "reason", .value_name = "TEXT", .help = "Why, for the history."};

std::vector<Flag> signal_flags() {
    std::vector<Flag> flags =
        run_flags({{.name = "name", .value_name = "NAME", .help = "The signal.", .alias = "type"}});
    for (const Flag& flag : input_flags()) flags.push_back(flag);
    return flags;
}

}  // namespace

std::vector<Command> workflow_change_commands() {
    return {{.name = "signal",
             .summary = "Send a signal to a workflow.",
             .flags = signal_flags(),
             .required = {"workflow-id", "name"},
             .run = checked<signal_workflow>},
            {.name = "cancel",
             .summary = "Ask a workflow to cancel itself.",
             .flags = run_flags({kWhy}),
             .required = {"workflow-id"},
             .run = checked<cancel_workflow>},
            {.name = "terminate",
             .summary = "End a workflow at once.",
             .flags = run_flags({kWhy}),
             .required = {"workflow-id"},
             .run = checked<terminate_workflow>}};
}

}  // namespace cli

// `temporal workflow query`, `stack` and `metadata`.
#include <ostream>

#include "cli/client/flags.h"
#include "cli/output/output.h"
#include "cli/requests/payloads.h"
#include "cli/temporal/workflow/workflow.h"

namespace cli {

namespace {

enums::QueryRejectCondition reject_condition(const FlagValues& flags) {
    const std::string text = flags.text("reject-condition");
    if (text == "not_open") return enums::QUERY_REJECT_CONDITION_NOT_OPEN;
    if (text == "not_completed_cleanly") {
        return enums::QUERY_REJECT_CONDITION_NOT_COMPLETED_CLEANLY;
    }
    return enums::QUERY_REJECT_CONDITION_UNSPECIFIED;
}

Status ask(const Invocation& invocation, const std::string& query, common::Payloads arguments,
           Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(Connection connection, connect(invocation));
    const Run run = run_of(invocation);
    api::QueryWorkflowRequest request;
    request.set_namespace_(run.namespace_name);
    *request.mutable_execution() = execution_of(run);
    request.mutable_query()->set_query_type(query);
    *request.mutable_query()->mutable_query_args() = std::move(arguments);
    request.set_query_reject_condition(reject_condition(invocation.flags));
    TRY_ASSIGN(const auto answer, connection.call<api::QueryWorkflowResponse>(request));
    if (answer.has_query_rejected()) {
        return server::failed_precondition("query was rejected, workflow has status: " +
                                           short_name(answer.query_rejected().status()));
    }
    output.print(answer);
    if (!output.for_people()) return {};
    output.text() << "Query result:\n";
    print_fields(output.text(), {{"QueryResult", to_text(answer.query_result())}});
    return {};
}

Status query_workflow(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(auto arguments, read_input(invocation.flags));
    return ask(invocation, invocation.flags.text("name"), std::move(arguments), terminal);
}

Status print_stack(const Invocation& invocation, Terminal& terminal) {
    return ask(invocation, "__stack_trace", {}, terminal);
}

Status print_metadata(const Invocation& invocation, Terminal& terminal) {
    return ask(invocation, "__temporal_workflow_metadata", {}, terminal);
}

const Flag kReject{.name = "reject-condition",
                   .value_name = "CONDITION",
                   .help = "Of a workflow in such a state, ask nothing.",
                   .choices = "not_open|not_completed_cleanly"};

std::vector<Flag> query_flags() {
    std::vector<Flag> flags = run_flags(
        {{.name = "name", .value_name = "NAME", .help = "The query.", .alias = "type"}, kReject});
    for (const Flag& flag : input_flags()) flags.push_back(flag);
    return flags;
}

}  // namespace

std::vector<Command> workflow_query_commands() {
    return {{.name = "query",
             .summary = "Ask a workflow.",
             .flags = query_flags(),
             .required = {"workflow-id", "name"},
             .run = checked<query_workflow>},
            {.name = "stack",
             .summary = "Ask a workflow where it waits.",
             .flags = run_flags({kReject}),
             .required = {"workflow-id"},
             .run = checked<print_stack>},
            {.name = "metadata",
             .summary = "Ask a workflow what it says of itself: its queries, signals and updates.",
             .flags = run_flags({kReject}),
             .required = {"workflow-id"},
             .run = checked<print_metadata>}};
}

}  // namespace cli

// `tctl workflow show`, `describe`, `list`, `count`, `query` and `stack`.
#include <google/protobuf/util/time_util.h>

#include <ostream>

#include "cli/json/message.h"
#include "cli/json/text.h"
#include "cli/output/table.h"
#include "cli/requests/payloads.h"
#include "cli/requests/runs.h"
#include "cli/tctl/commands.h"
#include "cli/tctl/globals.h"

namespace cli::tctl {

namespace {

using google::protobuf::util::TimeUtil;

constexpr std::int64_t kPageMax = 1000;

// What the event says, as JSON on one line.
std::string details_of(const history::HistoryEvent& event) {
    const auto* oneof = history::HistoryEvent::descriptor()->FindOneofByName("attributes");
    const auto& reflection = *event.GetReflection();
    if (!reflection.HasOneof(event, oneof)) return "";
    const auto* field = reflection.GetOneofFieldDescriptor(event, oneof);
    const JsonForm form{.payload_shorthand = true, .short_enums = true};
    return to_text(to_json(reflection.GetMessage(event, field), form), JsonLayout::one_line);
}

// By flags, or for showid by words.
Run run_of(const Invocation& invocation) {
    const auto& words = invocation.words;
    if (!words.empty()) {
        return {namespace_name(invocation), words[0], words.size() > 1 ? words[1] : ""};
    }
    return {namespace_name(invocation), invocation.flags.text("workflow_id"),
            invocation.flags.text("run_id")};
}

Status print_history(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    Table table{{"#", "Event", "Details"}, {}};
    TRY(read_history(connection, run_of(invocation), false, [&](const auto& event) {
        table.rows.push_back(
            {std::to_string(event.event_id()), short_name(event.event_type()), details_of(event)});
    }));
    print_columns(terminal.out, table);
    return {};
}

Status show_workflow(const Invocation& invocation, Terminal& terminal) {
    return print_history(invocation, terminal);
}

Status show_by_id(const Invocation& invocation, Terminal& terminal) {
    if (invocation.words.empty()) return invalid_argument("missing: the id of the workflow");
    return print_history(invocation, terminal);
}

Status describe_workflow(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    const Run run = run_of(invocation);
    api::DescribeWorkflowExecutionRequest request;
    request.set_namespace_(run.namespace_name);
    *request.mutable_execution() = execution_of(run);
    TRY_ASSIGN(const auto described,
               connection.call<api::DescribeWorkflowExecutionResponse>(request));
    print_json(described, terminal);
    return {};
}

std::string time_text(const google::protobuf::Timestamp& time) {
    return time.seconds() == 0 ? "" : TimeUtil::ToString(time);
}

// The filter that the flags mean; without any, what has closed.
std::string filter_of(const FlagValues& flags) {
    std::string filter = flags.text("query");
    if (!filter.empty()) return filter;
    const auto add = [&](const std::string& term) {
        filter += (filter.empty() ? "" : " AND ") + term;
    };
    if (const auto id = flags.text("workflow_id"); !id.empty()) add("WorkflowId = \"" + id + "\"");
    if (const auto type = flags.text("workflow_type"); !type.empty()) {
        add("WorkflowType = \"" + type + "\"");
    }
    add(flags.toggle("open") ? "ExecutionStatus = \"Running\"" : "ExecutionStatus != \"Running\"");
    return filter;
}

// `everything`: all pages, whatever they hold.
Status list_by(const Invocation& invocation, const std::string& filter, bool everything,
               Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    api::ListWorkflowExecutionsRequest request;
    request.set_namespace_(namespace_name(invocation));
    request.set_query(filter);
    request.set_page_size(static_cast<std::int32_t>(*invocation.flags.integer("pagesize")));
    Table table{{"Workflow type", "Workflow ID", "Run ID", "Task queue", "Status", "Start time",
                 "Execution time", "End time"},
                {}};
    do {
        TRY_ASSIGN(const auto page, connection.call<api::ListWorkflowExecutionsResponse>(request));
        for (const auto& run : page.executions()) {
            table.rows.push_back({run.type().name(), run.execution().workflow_id(),
                                  run.execution().run_id(), run.task_queue(),
                                  short_name(run.status()), time_text(run.start_time()),
                                  time_text(run.execution_time()), time_text(run.close_time())});
        }
        request.set_next_page_token(page.next_page_token());
    } while (everything && !request.next_page_token().empty());
    print_piped(terminal.out, table);
    return {};
}

Status list_page(const Invocation& invocation, Terminal& terminal) {
    return list_by(invocation, filter_of(invocation.flags), false, terminal);
}

Status list_everything(const Invocation& invocation, Terminal& terminal) {
    return list_by(invocation, filter_of(invocation.flags), true, terminal);
}

Status count_workflows(const Invocation& invocation, Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    api::CountWorkflowExecutionsRequest request;
    request.set_namespace_(namespace_name(invocation));
    request.set_query(invocation.flags.text("query"));
    TRY_ASSIGN(const auto counted, connection.call<api::CountWorkflowExecutionsResponse>(request));
    terminal.out << counted.count() << "\n";
    return {};
}

Status query_by_name(const Invocation& invocation, const std::string& name,
                     const std::string& input, Terminal& terminal) {
    TRY_ASSIGN(Connection connection, open_connection(invocation));
    const Run run = run_of(invocation);
    api::QueryWorkflowRequest request;
    request.set_namespace_(run.namespace_name);
    *request.mutable_execution() = execution_of(run);
    request.mutable_query()->set_query_type(name);
    TRY_ASSIGN(*request.mutable_query()->mutable_query_args(),
               json_payloads("flag --input", input));
    TRY_ASSIGN(const auto answer, connection.call<api::QueryWorkflowResponse>(request));
    if (answer.has_query_rejected()) {
        terminal.out << "Query was rejected, workflow is in state: "
                     << short_name(answer.query_rejected().status()) << "\n";
        return {};
    }
    terminal.out << "Query result:\n" << to_text(answer.query_result()) << "\n";
    return {};
}

Status query_workflow(const Invocation& invocation, Terminal& terminal) {
    const FlagValues& flags = invocation.flags;
    return query_by_name(invocation, flags.text("query_type"), flags.text("input"), terminal);
}

Status print_stack(const Invocation& invocation, Terminal& terminal) {
    return query_by_name(invocation, "__stack_trace", "", terminal);
}

const Flag kInput{.name = "input",
                  .letter = 'i',
                  .value_name = "JSON",
                  .help = "Its arguments, as JSON with spaces between."};
const Flag kQueryText{
    .name = "query", .letter = 'q', .value_name = "FILTER", .help = "Which, as a list filter."};

std::vector<Flag> list_flags() {
    return {kQueryText,
            {.name = "open",
             .kind = Flag::Kind::toggle,
             .help = "What runs, instead of what has closed.",
             .alias = "op"},
            {.name = "workflow_id",
             .letter = 'w',
             .value_name = "ID",
             .help = "Of this id.",
             .alias = "wid"},
            {.name = "workflow_type", .value_name = "NAME", .help = "Of this type.", .alias = "wt"},
            {.name = "pagesize",
             .kind = Flag::Kind::integer,
             .value_name = "NUMBER",
             .help = "How many at once.",
             .default_value = "10",
             .minimum = 1,
             .maximum = kPageMax,
             .alias = "ps"}};
}

std::vector<Flag> query_flags(std::vector<Flag> others) {
    std::vector<Flag> flags = run_flags();
    flags.insert(flags.end(), others.begin(), others.end());
    return flags;
}

}  // namespace

std::vector<Command> workflow_read_commands() {
    return {{.name = "show",
             .summary = "Print the history of a run.",
             .flags = run_flags(),
             .required = {"workflow_id"},
             .run = checked<show_workflow>},
            {.name = "showid",
             .summary = "Print the history of a run.",
             .words = "WORKFLOW_ID [RUN_ID]",
             .words_max = 2,
             .run = checked<show_by_id>},
            {.name = "describe",
             .aliases = "desc|d",
             .summary = "Print what a run is, as JSON.",
             .flags = run_flags(),
             .required = {"workflow_id"},
             .run = checked<describe_workflow>},
            {.name = "list",
             .aliases = "l",
             .summary = "List one page of workflows.",
             .flags = list_flags(),
             .run = checked<list_page>},
            {.name = "listall",
             .aliases = "la",
             .summary = "List every workflow.",
             .flags = list_flags(),
             .run = checked<list_everything>},
            {.name = "count",
             .aliases = "cnt",
             .summary = "Count workflows.",
             .flags = {kQueryText},
             .run = checked<count_workflows>},
            {.name = "query",
             .summary = "Ask a workflow.",
             .flags = query_flags(
                 {{.name = "query_type", .value_name = "NAME", .help = "The query.", .alias = "qt"},
                  kInput}),
             .required = {"workflow_id", "query_type"},
             .run = checked<query_workflow>},
            {.name = "stack",
             .summary = "Ask a workflow where it waits.",
             .flags = run_flags(),
             .required = {"workflow_id"},
             .run = checked<print_stack>}};
}

}  // namespace cli::tctl

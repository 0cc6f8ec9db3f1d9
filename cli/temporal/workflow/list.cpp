// `temporal workflow list` and `count`.
#include <ostream>

#include "cli/client/flags.h"
#include "cli/output/output.h"
#include "cli/requests/payloads.h"
#include "cli/temporal/workflow/workflow.h"

namespace cli {

namespace {

constexpr std::int64_t kPageMax = 1000;
constexpr std::int64_t kListMax = 1'000'000'000;

Status list_workflows(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    const FlagValues& flags = invocation.flags;
    TRY_ASSIGN(Connection connection, connect(invocation));
    std::int64_t left = *flags.integer("limit");
    if (left == 0) left = kListMax;
    api::ListWorkflowExecutionsRequest request;
    request.set_namespace_(flags.text("namespace"));
    request.set_query(flags.text("query"));
    request.set_page_size(static_cast<std::int32_t>(std::min(left, *flags.integer("page-size"))));
    Table table{{"Status", "WorkflowId", "Type", "StartTime"}, {}};
    boost::json::array elements;
    do {
        TRY_ASSIGN(const auto page, connection.call<api::ListWorkflowExecutionsResponse>(request));
        for (const auto& run : page.executions()) {
            if (left-- == 0) break;
            if (!output.for_people()) {
                elements.push_back(output.to_json(run));
                continue;
            }
            table.rows.push_back({short_name(run.status()), run.execution().workflow_id(),
                                  run.type().name(), output.time(run.start_time())});
        }
        request.set_next_page_token(page.next_page_token());
    } while (left > 0 && !request.next_page_token().empty());
    if (output.for_people()) {
        output.print_table(table);
    } else {
        output.print_list(elements);
    }
    return {};
}

Status count_workflows(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(Connection connection, connect(invocation));
    api::CountWorkflowExecutionsRequest request;
    request.set_namespace_(invocation.flags.text("namespace"));
    request.set_query(invocation.flags.text("query"));
    TRY_ASSIGN(const auto counted, connection.call<api::CountWorkflowExecutionsResponse>(request));
    output.print(counted);
    if (!output.for_people()) return {};
    output.text() << "Total: " << counted.count() << "\n";
    for (const auto& group : counted.groups()) {
        std::string values;
        for (const auto& value : group.group_values()) {
            values += (values.empty() ? "" : ", ") + to_text(value);
        }
        output.text() << "Group total: " << group.count() << ", values: " << values << "\n";
    }
    return {};
}

const Flag kFilter{.name = "query",
                   .letter = 'q',
                   .value_name = "FILTER",
                   .help = "Which, as a list filter: WorkflowType = 'Order'."};

}  // namespace

std::vector<Command> workflow_list_commands() {
    return {{.name = "list",
             .summary = "List workflows, the newest first.",
             .examples = "  temporal workflow list --query \"ExecutionStatus = 'Running'\"",
             .flags = {kFilter,
                       {.name = "limit",
                        .kind = Flag::Kind::integer,
                        .value_name = "NUMBER",
                        .help = "How many; 0: all.",
                        .default_value = "0",
                        .maximum = kListMax},
                       {.name = "page-size",
                        .kind = Flag::Kind::integer,
                        .value_name = "NUMBER",
                        .help = "How many to ask for at once.",
                        .default_value = "1000",
                        .minimum = 1,
                        .maximum = kPageMax}},
             .run = checked<list_workflows>},
            {.name = "count",
             .summary = "Count workflows.",
             .examples = "  temporal workflow count --query 'GROUP BY ExecutionStatus'",
             .flags = {kFilter},
             .run = checked<count_workflows>}};
}

}  // namespace cli

// `temporal workflow show` and `result`.
#include <ostream>

#include "cli/client/flags.h"
#include "cli/json/text.h"
#include "cli/output/output.h"
#include "cli/temporal/workflow/workflow.h"

namespace cli {

namespace {

// One event as `show --detailed` has it.
void print_detailed(const history::HistoryEvent& event, Output& output) {
    output.text() << "--------------- [" << event.event_id() << "] "
                  << short_name(event.event_type()) << " ---------------\n"
                  << to_text(output.to_json(event), JsonLayout::indented) << std::endl;
}

Status show_workflow(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    const FlagValues& flags = invocation.flags;
    TRY_ASSIGN(Connection connection, connect(invocation));
    const Run run = run_of(invocation);
    Progress progress(output);
    boost::json::array events;
    history::HistoryEvent last;
    if (!flags.toggle("detailed")) progress.begin();
    TRY(read_history(connection, run, flags.toggle("follow"), [&](const auto& event) {
        last = event;
        if (!output.for_people()) {
            events.push_back(output.to_json(event));
        } else if (flags.toggle("detailed")) {
            print_detailed(event, output);
        } else {
            progress.add(event);
        }
    }));
    if (!output.for_people()) {
        output.print(boost::json::object{{"events", std::move(events)}});
        return {};
    }
    std::string next_run_id;
    const auto outcome = outcome_of(last, next_run_id);
    if (!outcome) return {};
    output.text() << "\n";
    // How the workflow ended is no failure of showing it.
    static_cast<void>(print_outcome(*outcome, run, output, {}));
    return {};
}

Status wait_for_result(const Invocation& invocation, Terminal& terminal) {
    Output output(invocation, terminal);
    TRY_ASSIGN(Connection connection, connect(invocation));
    const Run run = run_of(invocation);
    TRY_ASSIGN(const Outcome outcome, wait_for_outcome(connection, run));
    return print_outcome(outcome, run, output, {});
}

}  // namespace

std::vector<Command> workflow_history_commands() {
    return {{.name = "show",
             .summary = "Print the history of a workflow.",
             .flags = run_flags({{.name = "follow",
                                  .letter = 'f',
                                  .kind = Flag::Kind::toggle,
                                  .help = "Wait for more events, until it closes."},
                                 {.name = "detailed",
                                  .kind = Flag::Kind::toggle,
                                  .help = "Print all of every event."}}),
             .required = {"workflow-id"},
             .run = checked<show_workflow>},
            {.name = "result",
             .summary = "Wait for the result of a workflow; exit code 1 when it fails.",
             .flags = run_flags(),
             .required = {"workflow-id"},
             .run = checked<wait_for_result>}};
}

}  // namespace cli

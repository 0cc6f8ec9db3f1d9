#include "cli/temporal/workflow/workflow.h"

#include <google/protobuf/util/time_util.h>

#include <ostream>

#include "cli/output/output.h"
#include "cli/requests/payloads.h"
#include "cli/temporal/commands.h"

namespace cli {

using google::protobuf::util::TimeUtil;

std::vector<Flag> run_flags(std::vector<Flag> others) {
    std::vector<Flag> flags{{.name = "workflow-id",
                             .letter = 'w',
                             .value_name = "ID",
                             .help = "The workflow.",
                             .alias = "wid"},
                            {.name = "run-id",
                             .letter = 'r',
                             .value_name = "ID",
                             .help = "Its run; the current one without it.",
                             .alias = "rid"}};
    flags.insert(flags.end(), others.begin(), others.end());
    return flags;
}

Run run_of(const Invocation& invocation) {
    const FlagValues& flags = invocation.flags;
    return {flags.text("namespace"), flags.text("workflow-id"), flags.text("run-id")};
}

void Progress::begin() {
    if (!output_.for_people()) return;
    output_.text() << "Progress:\n  ID          Time                     Type" << std::endl;
}

void Progress::add(const history::HistoryEvent& event) {
    if (!output_.for_people()) return;
    google::protobuf::Timestamp time = event.event_time();
    time.set_nanos(0);
    std::string id = std::to_string(event.event_id());
    id.insert(0, id.size() < 5 ? 5 - id.size() : 0, ' ');
    output_.text() << id << "  " << TimeUtil::ToString(time) << "  "
                   << short_name(event.event_type()) << std::endl;
}

Status print_outcome(const Outcome& outcome, const Run& run, Output& output,
                     boost::json::object json) {
    if (output.for_people()) {
        Fields fields{{"Status", outcome.status}};
        if (outcome.failure.empty()) {
            fields.emplace_back("Result", to_text(outcome.result));
            if (outcome.result.payloads_size() == 1) {
                fields.emplace_back("ResultEncoding", encoding_of(outcome.result.payloads(0)));
            }
        } else {
            fields.emplace_back("Failure", outcome.failure);
        }
        output.text() << "Results:\n";
        print_fields(output.text(), fields);
    } else {
        json["status"] = outcome.status;
        json["closeEvent"] = output.to_json(outcome.close_event);
        if (outcome.result.payloads_size() == 1) {
            json["result"] = output.to_json(outcome.result.payloads(0));
        } else if (outcome.result.payloads_size() > 1) {
            json["result"] = output.to_json(outcome.result);
        }
        output.print(json);
    }
    if (outcome.failure.empty()) return {};
    return server::failed_precondition("workflow " + run.workflow_id + ": " + outcome.failure);
}

Command workflow_command() {
    Command command{
        .name = "workflow", .aliases = "wf", .summary = "Start, watch and change workflows."};
    for (auto part : {workflow_start_commands, workflow_change_commands, workflow_history_commands,
                      workflow_list_commands, workflow_query_commands}) {
        for (Command& child : part()) command.children.push_back(std::move(child));
    }
    command.children.push_back(workflow_describe_command());
    return command;
}

}  // namespace cli

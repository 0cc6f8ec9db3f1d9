#pragma once
// `temporal workflow`, one file for each kind of command.

#include <vector>

#include "cli/command.h"
#include "cli/requests/runs.h"

namespace cli {

std::vector<Command> workflow_start_commands();    // start, execute
std::vector<Command> workflow_change_commands();   // signal, cancel, terminate
std::vector<Command> workflow_history_commands();  // show, result
std::vector<Command> workflow_list_commands();     // list, count
std::vector<Command> workflow_query_commands();    // query, stack, metadata
Command workflow_describe_command();

// --workflow-id and --run-id, and what they mean.
std::vector<Flag> run_flags(std::vector<Flag> others = {});
Run run_of(const Invocation& invocation);

// The events as people read them, one line each while they come.
class Progress {
public:
    explicit Progress(class Output& output) : output_(output) {}
    void begin();
    void add(const history::HistoryEvent& event);

private:
    class Output& output_;
};

// How a run ended: text, or the keys that go into `json`. Another end than its completion is a
// failure of the command.
Status print_outcome(const Outcome& outcome, const Run& run, class Output& output,
                     boost::json::object json);

}  // namespace cli

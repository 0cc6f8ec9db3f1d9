#include "cli/temporal/commands.h"

#include "cli/client/flags.h"
#include "cli/output/output.h"
#include "cli/temporal/start_dev.h"

namespace cli {

namespace {

std::vector<Flag> program_flags() {
    std::vector<Flag> flags = output_flags();
    flags.push_back({.name = "log-level",
                     .value_name = "LEVEL",
                     .help = "What is logged, to stderr; the server's default is warn.",
                     .choices = "debug|info|warn|error|never"});
    flags.push_back({.name = "log-format",
                     .value_name = "FORMAT",
                     .help = "How a log line looks.",
                     .default_value = "text",
                     .choices = "text|json|pretty"});
    return flags;
}

// A group that talks to a server.
Command connected(Command group) {
    group.flags = client_flags();
    return group;
}

}  // namespace

const Command& temporal_commands() {
    static const Command kProgram{
        .name = "temporal",
        .summary = "Runs a Temporal-compatible server for durable workflows, and talks to one.",
        .flags = program_flags(),
        .children = {
            {.name = "server", .summary = "Run a server.", .children = {start_dev_command()}},
            connected(workflow_command()),
            connected(activity_command()),
            connected(task_queue_command()),
            connected(operator_command())}};
    return kProgram;
}

}  // namespace cli

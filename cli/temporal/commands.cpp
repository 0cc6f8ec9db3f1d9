#include "cli/temporal/commands.h"

#include "cli/temporal/start_dev.h"

namespace cli {

const Command& temporal_commands() {
    static const Command kProgram{
        .name = "temporal",
        .summary = "Runs a Temporal-compatible server for durable workflows.",
        .flags = {{.name = "log-level",
                   .value_name = "LEVEL",
                   .help = "What is logged, to stderr; the server's default is warn.",
                   .choices = "debug|info|warn|error|never"},
                  {.name = "log-format",
                   .value_name = "FORMAT",
                   .help = "How a log line looks.",
                   .default_value = "text",
                   .choices = "text|json|pretty"}},
        .children = {
            {.name = "server", .summary = "Run a server.", .children = {start_dev_command()}}}};
    return kProgram;
}

}  // namespace cli

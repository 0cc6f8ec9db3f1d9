#include "cli/tctl/commands.h"

#include "cli/tctl/globals.h"

namespace cli::tctl {

const Command& commands() {
    static const Command kProgram{
        .name = "tctl",
        .summary = "Talks to a Temporal server, in the way of the older command line.",
        .description =
            "Talks to a Temporal server, in the way of the older command line. `temporal` does "
            "the\n"
            "same and more.",
        .examples =
            "  tctl admin cluster describe\n"
            "  tctl --namespace orders workflow list --open",
        .flags = global_flags(),
        .children = {namespace_command(),
                     workflow_command(),
                     activity_command(),
                     task_queue_command(),
                     cluster_command(),
                     {.name = "admin",
                      .aliases = "adm",
                      .summary = "Look into the server.",
                      .children = {admin_cluster_command(), admin_membership_command()}}}};
    return kProgram;
}

Command workflow_command() {
    Command command{
        .name = "workflow", .aliases = "wf", .summary = "Start, watch and change runs."};
    for (auto part : {workflow_start_commands, workflow_change_commands, workflow_read_commands}) {
        for (Command& child : part()) command.children.push_back(std::move(child));
    }
    return command;
}

}  // namespace cli::tctl

// show-plan: everything that is still missing, of which the status shows the first, what else an
// operator should know, and what runs. It asks the container as a hook would, and writes nothing.
#include "actions/actions.h"
#include "charm/converge.h"
#include "charm/read_model.h"
#include "charm/reconcile.h"
#include "charm/server_settings.h"

namespace charm::actions {

namespace {

Status run(const Context& context, const json::object&) {
    pebble::Client client(pebble_socket(kContainerName));
    TRY_ASSIGN(Model model, read_model(context.environment, context.tools, client));
    const Plan goal = Converge(context.tools, client).look(model);
    std::string missing;
    for (const Need& need : goal.needs) missing += need.text + "\n";
    const auto config = model.container.files.find(kConfigPath);
    return context.tools.set_action_results(
        {{"missing", missing.empty() ? "nothing" : missing},
         {"notes", goal.notes.empty() ? "none" : goal.notes_text()},
         {"command", server_command(model)},
         {"configuration", config == model.container.files.end() ? "" : config->second}});
}

}  // namespace

const Action kShowPlan{.name = "show-plan", .run = run};

}  // namespace charm::actions

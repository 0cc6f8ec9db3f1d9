// restart: starts the server anew, also after a drain. It fails when the unit lacks something.
#include "actions/actions.h"
#include "charm/plan.h"
#include "charm/read_model.h"
#include "charm/reconcile.h"

namespace charm::actions {

namespace {

Status run(const Context& context, const json::object&) {
    pebble::Client client(pebble_socket(kContainerName));
    TRY_ASSIGN(const Model model, read_model(context.environment, context.tools, client));
    if (!model.container.reachable) {
        return server::failed_precondition("cannot connect to container temporal; it is starting");
    }
    if (model.drained) TRY(context.tools.set_state("drained", "false"));
    TRY(reconcile(context, {.restart = true}));
    TRY_ASSIGN(const juju::UnitStatus status, context.tools.status());
    if (status.state == "active") {
        return context.tools.set_action_results({{"result", "command succeeded"}});
    }
    return server::failed_precondition("the server does not run: " + status.message);
}

}  // namespace

const Action kRestart{.name = "restart", .run = run};

}  // namespace charm::actions

// restart: starts the server anew, also after a drain. It fails when that could not be done, and
// says so when the server runs but its unit lacks something else.
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
    TRY_ASSIGN(const Reconciled done, reconcile_and_tell(context, {.restart = true}));
    const juju::UnitStatus status = plan(done.model).status();
    if (!done.started) return server::failed_precondition("restart not done: " + status.message);
    if (!done.answers()) {
        return server::failed_precondition("started, but it does not serve: " + status.message);
    }
    const bool active = status.state == "active";
    return context.tools.set_action_results(
        {{"result", active ? "command succeeded" : "runs, but: " + status.message}});
}

}  // namespace

const Action kRestart{.name = "restart", .run = run};

}  // namespace charm::actions

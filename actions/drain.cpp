// drain: the server hands over what it owns and stops, and stays so until the action restart.
#include "actions/actions.h"
#include "charm/reconcile.h"

namespace charm::actions {

namespace {

Status run(const Context& context, const json::object&) {
    TRY(context.tools.set_state("drained", "true"));
    TRY(reconcile(context));
    return context.tools.set_action_results({{"result", "drained; the action restart undoes it"}});
}

}  // namespace

const Action kDrain{.name = "drain", .run = run};

}  // namespace charm::actions

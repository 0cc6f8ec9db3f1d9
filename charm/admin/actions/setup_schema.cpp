// setup-schema: sets up or upgrades all schemas now. Repeating it is harmless.
#include "charm/admin/actions/admin_actions.h"
#include "charm/admin/settle.h"

namespace charm::admin {

namespace {

Status run(const Context& context, const json::object&) {
    TRY_ASSIGN(const bool leader, context.tools.is_leader());
    if (!leader) {
        return server::failed_precondition(
            "only the leader sets up schemas; run it on the unit that juju status marks with *");
    }
    TRY_ASSIGN(const AdminModel model, settle_and_tell(context));
    const juju::UnitStatus status = plan(model).status();
    if (status.state != "active") return server::failed_precondition(status.message);
    return context.tools.set_action_results({{"result", "command succeeded"}});
}

}  // namespace

const Action kSetupSchema{.name = "setup-schema", .run = run};

}  // namespace charm::admin

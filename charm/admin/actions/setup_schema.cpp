// setup-schema: sets up or upgrades all schemas now. Repeating it is harmless. With dry-run it says
// what it would do, on any unit.
#include "charm/admin/actions/admin_actions.h"
#include "charm/admin/schema_report.h"
#include "charm/admin/settle.h"

namespace charm::admin {

namespace {

Status show(const Context& context) {
    TRY_ASSIGN(SchemaReport report, report_schemas(context));
    std::string names;
    for (const std::string& name : report.old) names += (names.empty() ? "" : ", ") + name;
    report.results["result"] = names.empty() ? "nothing to do" : "would bring forward: " + names;
    TRY(context.tools.set_action_results(report.results));
    if (report.results.size() == 1) {
        return server::failed_precondition(
            "no server has shown its databases; see the status of this unit");
    }
    if (report.open.empty()) return ok_status();
    return server::failed_precondition("nothing can be done for " + report.open.front());
}

Status run(const Context& context, const json::object& parameters) {
    if (text_at(parameters, "dry-run") == "true") return show(context);
    TRY_ASSIGN(const bool leader, context.tools.is_leader());
    if (!leader) {
        return server::failed_precondition(
            "only the leader sets up schemas; run it on the unit that juju status marks with *");
    }
    TRY_ASSIGN(const AdminModel model, settle_and_tell(context, true));
    const juju::UnitStatus status = plan(model).status();
    if (status.state != "active") return server::failed_precondition(status.message);
    return context.tools.set_action_results({{"result", "command succeeded"}});
}

}  // namespace

const Action kSetupSchema{.name = "setup-schema", .run = run};

}  // namespace charm::admin

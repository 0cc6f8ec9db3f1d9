// pre-upgrade-check: which schema each database has, and whether this release can use it.
#include "charm/admin/actions/admin_actions.h"
#include "charm/admin/schema_report.h"
#include "server/config/version.h"

namespace charm::admin {

namespace {

Status run(const Context& context, const json::object&) {
    TRY_ASSIGN(SchemaReport report, report_schemas(context));
    juju::Bag& results = report.results;
    results["admin-relations-checked"] = std::to_string(report.servers);
    results["schema-ready-for-target"] = report.ready ? "true" : "false";
    results["database-connectivity"] = report.answers ? "true" : "false";
    results["target-workload-version"] = std::string(server::config::kVersion);
    return context.tools.set_action_results(results);
}

}  // namespace

const Action kPreUpgradeCheck{.name = "pre-upgrade-check", .run = run};

}  // namespace charm::admin

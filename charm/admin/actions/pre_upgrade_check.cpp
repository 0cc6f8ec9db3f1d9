// pre-upgrade-check: which schema each database has, and whether this release can use it.
#include "charm/admin/actions/admin_actions.h"
#include "charm/admin/settle.h"
#include "charm/reconcile.h"
#include "server/config/version.h"

namespace charm::admin {

namespace {

const char* word_for(SchemaState state) {
    switch (state) {
    case SchemaState::ready: return "ready";
    case SchemaState::old: return "old; setup-schema brings it up to date";
    case SchemaState::newer: return "newer than this release";
    case SchemaState::unreachable: return "unreachable";
    case SchemaState::no_tool: return "unknown, the image lacks the tool of this release";
    }
    return "";
}

Status run(const Context& context, const json::object&) {
    pebble::Client client(pebble_socket(kAdminContainer));
    TRY_ASSIGN(AdminModel model, read_admin_model(context.environment, context.tools, client));
    if (!model.container.reachable) {
        return server::failed_precondition("cannot connect to container; try again");
    }
    const std::vector<Target> targets = targets_of(model);
    ask_schemas(client, targets, model);
    juju::Bag results{{"admin-relations-checked", std::to_string(model.servers.size())}};
    bool ready = !targets.empty();
    bool answers = !targets.empty();
    for (const Target& target : targets) {
        const SchemaAnswer& answer = model.schema[target.place()];
        ready = ready && answer.state == SchemaState::ready;
        answers = answers && answer.state != SchemaState::unreachable &&
                  answer.state != SchemaState::no_tool;
        results["schema." + target.kind] = std::string(word_for(answer.state)) + ": " + answer.text;
    }
    results["schema-ready-for-target"] = ready ? "true" : "false";
    results["database-connectivity"] = answers ? "true" : "false";
    results["target-workload-version"] = std::string(server::config::kVersion);
    return context.tools.set_action_results(results);
}

}  // namespace

const Action kPreUpgradeCheck{.name = "pre-upgrade-check", .run = run};

}  // namespace charm::admin

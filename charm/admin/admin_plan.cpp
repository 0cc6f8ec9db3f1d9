#include "charm/admin/admin_plan.h"

#include <algorithm>

#include "charm/layer.h"
#include "charm/neighbours.h"

namespace charm::admin {

namespace {

std::optional<Databases> databases_of(const AdminModel& model, const Relation& server) {
    const auto id = server.remote_app.find(kAdminSecretKey);
    if (id != server.remote_app.end()) {
        const auto content = model.secrets.find(id->second);
        return content == model.secrets.end() ? std::nullopt : read_admin_secret(content->second);
    }
    const auto legacy = server.remote_app.find("database_connections");
    if (legacy == server.remote_app.end()) return std::nullopt;
    return read_legacy_connections(legacy->second);
}

void add_login(std::vector<Target>& targets, const std::string& kind, const std::string& app,
               const Database& database) {
    Target::Login login{app, database, database_files(app + "-" + kind)};
    const auto same = std::find_if(targets.begin(), targets.end(), [&](const Target& target) {
        return target.kind == kind && target.place() == database.place();
    });
    if (same == targets.end()) {
        targets.push_back({.kind = kind, .logins = {std::move(login)}});
    } else {
        same->logins.push_back(std::move(login));
    }
}

std::string name_of(const Target& target) {
    return "schema of " + target.kind + " (" + target.logins.front().database.name + ")";
}

void plan_target(const AdminModel& model, const Target& target, AdminPlan& plan, bool& ready,
                 bool& failed) {
    const auto answer = model.schema.find(target.place());
    if (answer == model.schema.end()) {
        ready = false;
        return;
    }
    const auto failure = model.failures.find(target.place());
    switch (answer->second.state) {
    case SchemaState::ready: return;
    case SchemaState::newer:
        plan.needs.push_back(blocked(name_of(target) +
                                     " is newer than this release; run juju "
                                     "refresh " +
                                     model.app));
        break;
    case SchemaState::unreachable:
        plan.needs.push_back(
            waiting(name_of(target) + ": the database cannot be used: " + answer->second.text));
        break;
    case SchemaState::no_tool:
        plan.needs.push_back(no_tool_need(model.app, "temporal-admin-image", answer->second));
        break;
    case SchemaState::old:
        if (failure != model.failures.end()) {
            failed = true;
            plan.needs.push_back(blocked(name_of(target) +
                                         " could not be set up: " + failure->second +
                                         "; then run juju run " + model.unit + " setup-schema"));
        } else if (model.leader) {
            plan.migrations.push_back(target);
        } else {
            plan.needs.push_back(waiting(name_of(target) + ": waiting for the leader"));
        }
        break;
    }
    ready = false;
}

void plan_servers(const AdminModel& model, AdminPlan& plan) {
    if (model.servers.empty()) {
        plan.needs.push_back(
            blocked("admin:temporal relation: not available; run juju integrate "
                    "temporal-k8s:admin " +
                    model.app + ":admin"));
    }
    for (const Relation& server : model.servers) {
        if (databases_of(model, server)) continue;
        plan.needs.push_back(
            waiting("admin:temporal relation: database connections info not "
                    "available; waiting for " +
                    server.app));
    }
}

// What a server is told once its databases were looked at. Newer Python server charms wait, besides
// the status, for the version of their own workload, which only the operator knows.
Bag answer_for(const AdminModel& model, const Relation& server, bool ready) {
    const bool legacy = !server.remote_app.contains(kAdminSecretKey);
    return {{"schema_status", ready ? "ready" : "failed"},
            {"migrated_workload_version", ready && legacy ? model.legacy_workload_version : ""}};
}

// Fails as soon as every database answers, whatever it says of its schema; on a unit that does not
// lead, when no schema is old any more: nothing else tells it that the leader is done.
std::string gate_script(const std::vector<Target>& targets, bool leader) {
    std::string script =
        "#!/bin/sh\n# Fails when there is something to do or to tell (charm/layer.h).\n";
    const std::string goes_on = leader ? "1 | 4" : "1 | 2 | 4";
    for (const Target& target : targets) {
        const Target::Login& login = target.logins.front();
        for (const std::string& word :
             sql_tool(login.database, login.files, schema_version_words(target.kind))) {
            script += shell_quoted(word) + " ";
        }
        script += ">/dev/null 2>&1\ncase $? in " + goes_on + ") exit 0 ;; esac\n";
    }
    return script + "exit 1\n";
}

void plan_gate(const AdminModel& model, AdminPlan& plan) {
    const bool waits =
        std::any_of(model.schema.begin(), model.schema.end(), [&](const auto& answer) {
            const SchemaState state = answer.second.state;
            return state == SchemaState::unreachable ||
                   (state == SchemaState::old && !model.leader);
        });
    const auto* checks = find_object(model.container.plan, "checks");
    const bool known = checks != nullptr && find(*checks, kSchemaCheck) != nullptr;
    if (!waits && !known) return;
    plan.layer["checks"] = json::object{{kSchemaCheck, schema_check_entry(waits)}};
}

// What the Python charm's leader kept in the peer relation, passwords among it.
void forget_old_state(const AdminModel& model, AdminPlan& plan) {
    if (!model.peer) return;
    for (const char* key : {"database_connections", "is_initial_schema_ready"}) {
        plan.app_bags[model.peer->id][key] = "";
    }
}

// What a server has shown goes with it.
void forget_old_secrets(const AdminModel& model, AdminPlan& plan) {
    for (const auto& [path, content] : model.container.files) {
        const bool wanted =
            std::any_of(plan.files.begin(), plan.files.end(),
                        [&path = path](const pebble::File& file) { return file.path == path; });
        if (!wanted && path.starts_with(kSecretsFolder)) plan.files_gone.push_back(path);
    }
}

}  // namespace

std::vector<Target> targets_of(const AdminModel& model) {
    std::vector<Target> targets;
    for (const Relation& server : model.servers) {
        const auto databases = databases_of(model, server);
        if (!databases) continue;
        add_login(targets, "db", server.app, databases->main);
        add_login(targets, "visibility", server.app, databases->visibility);
    }
    return targets;
}

std::vector<std::string> files_of_targets(const std::vector<Target>& targets) {
    std::vector<std::string> paths{kAdminGatePath};
    for (const Target& target : targets) {
        for (const Target::Login& login : target.logins) {
            paths.push_back(login.files.password);
            paths.push_back(login.files.ca);
        }
    }
    return paths;
}

juju::UnitStatus AdminPlan::status() const {
    Plan same;
    same.needs = needs;
    return same.status();
}

AdminPlan plan(const AdminModel& model) {
    AdminPlan plan;
    forget_old_state(model, plan);
    if (!model.log_level_is_known) {
        plan.needs.push_back(blocked("config: invalid log level '" + model.log_level +
                                     "'; allowed are debug, info, warning, error and critical"));
    }
    const std::string again = "juju run " + model.unit + " setup-schema";
    const auto container = container_need(kAdminContainer, model.container, again);
    if (container) plan.needs.push_back(*container);
    plan_servers(model, plan);
    if (!model.container.reachable) return plan;
    plan.targets = targets_of(model);
    for (const Target& target : plan.targets) {
        for (const Target::Login& login : target.logins) {
            plan.files.push_back(
                {.path = login.files.password, .content = login.database.password});
            if (login.database.ca.empty()) continue;
            plan.files.push_back({.path = login.files.ca, .content = login.database.ca});
        }
    }
    forget_old_secrets(model, plan);
    if (!plan.targets.empty()) {
        plan.files.push_back({.path = kAdminGatePath,
                              .content = gate_script(plan.targets, model.leader),
                              .permissions = "700"});
    }
    bool ready = !plan.targets.empty();
    bool failed = false;
    for (const Target& target : plan.targets) plan_target(model, target, plan, ready, failed);
    plan_gate(model, plan);
    if (!model.leader || (!ready && !failed)) return plan;
    for (const Relation& server : model.servers) {
        if (!databases_of(model, server)) continue;
        plan.app_bags[server.id] = answer_for(model, server, ready);
    }
    return plan;
}

}  // namespace charm::admin

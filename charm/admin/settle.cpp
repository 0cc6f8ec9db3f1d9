#include "charm/admin/settle.h"

#include "charm/juju_difference.h"
#include "charm/layer.h"
#include "charm/pebble/exec.h"
#include "charm/reconcile.h"

namespace charm::admin {

namespace {

constexpr std::chrono::seconds kQuestionLimit{30};
// A migration rewrites tables; cutting it short helps nobody.
constexpr std::chrono::minutes kMigrationLimit{45};

std::string folder_of(const std::string& kind) {
    return "/etc/temporal/schema/postgresql/v12/" + schema_name(kind) + "/versioned";
}

Status write_admin_files(pebble::Client& client, const AdminPlan& plan, AdminModel& model) {
    for (const pebble::File& file : plan.files) {
        const auto found = model.container.files.find(file.path);
        if (found != model.container.files.end() && found->second == file.content) continue;
        TRY(pebble::write_file(client, file));
        model.container.files[file.path] = file.content;
    }
    for (const std::string& path : plan.files_gone) {
        if (model.container.files.erase(path) > 0) TRY(pebble::remove_file(client, path));
    }
    return ok_status();
}

Status run_tool(pebble::Client& client, const Target::Login& login,
                const std::vector<std::string>& verb) {
    TRY_ASSIGN(const pebble::Ended ended,
               pebble::exec(client, {.argv = sql_tool(login.database, login.files, verb),
                                     .limit = kMigrationLimit}));
    if (ended.exit_code == 0) return ok_status();
    return server::failed_precondition(
        schema_answer(ended.exit_code, ended.output, ended.errors).text);
}

// With each login in turn: objects may belong to the user of another application.
Status migrate(pebble::Client& client, const Target& target) {
    Status last = ok_status();
    for (const Target::Login& login : target.logins) {
        last = run_tool(client, login, {"setup-schema", "-v", "0.0", "--owner", kOwnerRole});
        if (last.ok()) {
            last = run_tool(client, login,
                            {"update-schema", "-d", folder_of(target.kind), "--owner", kOwnerRole});
        }
        if (last.ok()) return last;
    }
    return last;
}

// Also those that are ready, when told so: what an earlier login owns goes to all of them then.
std::vector<Target> to_migrate(const AdminModel& model, bool ready_ones) {
    const AdminPlan goal = plan(model);
    std::vector<Target> targets = goal.migrations;
    if (!ready_ones) return targets;
    for (const Target& target : goal.targets) {
        const auto answer = model.schema.find(target.place());
        if (answer != model.schema.end() && answer->second.state == SchemaState::ready) {
            targets.push_back(target);
        }
    }
    return targets;
}

Status migrate_all(const juju::Tools& tools, pebble::Client& client,
                   const std::vector<Target>& targets, AdminModel& model) {
    for (const Target& target : targets) {
        const juju::UnitStatus progress{
            .state = "maintenance",
            .message = "setting up the schema of " + target.kind + " (" + target.place() + ")"};
        TRY(tools.set_status(progress));
        model.status = progress;
        const Status done = migrate(client, target);
        if (!done.ok()) model.failures[target.place()] = done.message();
    }
    ask_schemas(client, targets, model);
    for (const Target& target : targets) {
        const SchemaAnswer& answer = model.schema[target.place()];
        if (answer.state != SchemaState::old) continue;
        // The files of the image may be from an earlier release than its programs.
        model.failures.emplace(target.place(), "it is old after all steps: " + answer.text);
    }
    return ok_status();
}

Status write_layer(pebble::Client& client, const AdminPlan& plan, const AdminModel& model) {
    const auto* wanted = find_object(plan.layer, "checks");
    if (wanted == nullptr) return ok_status();
    const auto* present = find_object(model.container.plan, "checks");
    const json::value* entry = present == nullptr ? nullptr : find(*present, kSchemaCheck);
    if (entry == nullptr || !is_like(wanted->at(kSchemaCheck), *entry)) {
        TRY(pebble::add_layer(client, "temporal-admin", plan.layer));
    }
    TRY(pebble::stop_checks(client, checks_to_stop(plan.layer, model.container)));
    return pebble::start_checks(client, checks_to_start(plan.layer, model.container));
}

Status write_juju(const juju::Tools& tools, const AdminPlan& plan, const AdminModel& model) {
    const JujuWriter writer{tools};
    const auto write = [&](const Relation& relation) {
        const auto bag = plan.app_bags.find(relation.id);
        return bag == plan.app_bags.end() ? ok_status()
                                          : writer.write_app_bag(relation, bag->second);
    };
    if (model.peer) TRY(write(*model.peer));
    for (const Relation& server : model.servers) TRY(write(server));
    return writer.write_status(model.status, plan.status());
}

}  // namespace

void ask_schemas(pebble::Client& client, const std::vector<Target>& targets, AdminModel& model) {
    for (const Target& target : targets) {
        SchemaAnswer answer;
        for (const Target::Login& login : target.logins) {
            const auto ended = pebble::exec(
                client,
                {.argv = sql_tool(login.database, login.files, schema_version_words(target.kind)),
                 .limit = kQuestionLimit});
            answer = ended.ok() ? schema_answer(ended->exit_code, ended->output, ended->errors)
                                : schema_answer(ended.status());
            if (answer.state != SchemaState::unreachable) break;
        }
        model.schema[target.place()] = answer;
    }
}

Result<AdminModel> settle_and_tell(const Context& context, bool migrate_ready_ones) {
    pebble::Client client(pebble_socket(kAdminContainer));
    TRY_ASSIGN(AdminModel model, read_admin_model(context.environment, context.tools, client));
    AdminPlan goal = plan(model);
    if (model.container.reachable) {
        Status status = write_admin_files(client, goal, model);
        if (status.ok()) {
            ask_schemas(client, goal.targets, model);
            TRY(migrate_all(context.tools, client, to_migrate(model, migrate_ready_ones), model));
            status = write_layer(client, plan(model), model);
        }
        if (!status.ok()) {
            TRY(context.tools.log("WARNING", "container temporal-admin: " + status.message()));
            model.container = lost_container(status);
        }
    }
    TRY(write_juju(context.tools, plan(model), model));
    return model;
}

Status settle(const Context& context) { return settle_and_tell(context).status(); }

}  // namespace charm::admin

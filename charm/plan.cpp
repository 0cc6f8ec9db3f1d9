#include "charm/plan.h"

#include "charm/connections.h"
#include "charm/dynamic_config.h"
#include "charm/history_shards.h"
#include "charm/layer.h"
#include "charm/neighbours.h"
#include "charm/server_settings.h"
#include "server/config/render.h"

namespace charm {

namespace {

// What the Python charm kept in the peer relation, passwords among it.
void forget_old_state(const Model& model, Plan& plan) {
    const Relation* peer = model.relation("peer");
    if (peer == nullptr || !model.leader) return;
    for (const char* key : {"database_connections", "openfga", "s3", "schema_ready"}) {
        plan.app_bags[peer->id][key] = "";
    }
}

std::optional<Databases> plan_databases(const Model& model, Plan& plan) {
    Databases databases;
    bool complete = true;
    const std::pair<const char*, Database*> parts[] = {{"db", &databases.main},
                                                       {"visibility", &databases.visibility}};
    for (const auto& [endpoint, database] : parts) {
        DatabaseFound found =
            read_database(endpoint, model.app, model.relation(endpoint), model.secrets);
        if (found.need) {
            plan.needs.push_back(*found.need);
            complete = false;
            continue;
        }
        *database = std::move(found.database);
        if (model.options.database_tls) database->tls = true;
        const DatabaseFiles files = database_files(endpoint);
        plan.files.push_back({.path = files.address, .content = database->address() + "\n"});
        plan.files.push_back({.path = files.password, .content = database->password});
        if (database->ca.empty()) {
            plan.files_gone.push_back(files.ca);
        } else {
            plan.files.push_back({.path = files.ca, .content = database->ca});
        }
        plan.questions.push_back(
            {.endpoint = endpoint,
             .argv = sql_tool(*database, files, schema_version_words(endpoint))});
    }
    if (!complete) {
        plan.questions.clear();
        return std::nullopt;
    }
    return databases;
}

// Relations that make no sense for this unit. The server runs all the same.
void plan_misfits(const Model& model, Plan& plan) {
    const bool ingress = model.relation("ingress") != nullptr;
    const bool nginx = model.relation("nginx-route") != nullptr;
    if (ingress && nginx) {
        plan.needs.push_back(
            blocked("Only one ingress solution is allowed - remove the ingress or "
                    "the nginx-route relation."));
    }
    if (model.options.has(Role::frontend)) return;
    for (const char* endpoint : {"ingress", "nginx-route"}) {
        if (model.relation(endpoint) == nullptr) continue;
        plan.needs.push_back(blocked(std::string("Not a frontend service, please remove ") +
                                     endpoint + " integration."));
    }
}

Need schema_need(const Model& model, const std::string& endpoint, const SchemaAnswer& answer) {
    const Relation* admin = model.relation("admin");
    const std::string what = "admin:temporal relation: schema of " + endpoint;
    if (answer.state == SchemaState::no_tool) {
        return no_tool_need(model.app, "temporal-server-image", answer);
    }
    if (answer.state == SchemaState::newer) {
        return blocked(what + " is newer than this server; run juju refresh " + model.app);
    }
    if (answer.state == SchemaState::unreachable) {
        return waiting(endpoint + " relation: the database cannot be used: " + answer.text);
    }
    if (admin == nullptr) {
        return blocked(what + " is not ready; run juju integrate " + model.app +
                       ":admin temporal-admin-k8s:admin");
    }
    const auto state = admin->remote_app.find("schema_status");
    if (state != admin->remote_app.end() && state->second == "failed") {
        return blocked(what + " could not be set up; see the status of " + admin->app);
    }
    return waiting(what + " is not ready; waiting for " + admin->app);
}

// True when every answer is there and good.
bool plan_schema(const Model& model, Plan& plan) {
    bool ready = true;
    for (const SchemaQuestion& question : plan.questions) {
        const auto answer = model.schema.find(question.endpoint);
        if (answer == model.schema.end()) {
            ready = false;
        } else if (answer->second.state != SchemaState::ready) {
            plan.needs.push_back(schema_need(model, question.endpoint, answer->second));
            ready = false;
        }
    }
    return ready;
}

bool runs_as_wanted(const Model& model, const json::object& entry) {
    const auto service = model.container.services.find(kServiceName);
    const auto* present = find_object(model.container.plan, "services");
    if (service == model.container.services.end() || !service->second.running()) return false;
    const json::value* running = present == nullptr ? nullptr : find(*present, kServiceName);
    return running != nullptr && is_like(entry, *running);
}

bool has_check(const Model& model, const std::string& name) {
    const auto* checks = find_object(model.container.plan, "checks");
    return checks != nullptr && find(*checks, name) != nullptr;
}

void plan_health(const Model& model, Plan& plan) {
    plan.ask_health = true;
    if (!model.health || model.health->state == Health::State::answers) return;
    if (plan_other_history_shards(model, plan)) return;
    // In the container of a sidecar charm Pebble is not on PATH.
    const std::string log =
        "; see juju ssh --container temporal " + model.unit + " /charm/bin/pebble logs";
    plan.needs.push_back(
        model.health->state == Health::State::failed
            ? waiting("temporal: the server ends at once: " + model.health->text)
            : waiting("temporal: the server does not answer its health check yet" + log));
}

// Writes the configuration, and runs the server once the schema is known to be ready.
void plan_workload(const Model& model, const Databases& databases, std::int64_t shards,
                   Plan& plan) {
    plan.server = server_settings(model, databases, shards);
    plan.files.push_back({.path = kConfigPath, .content = server::config::to_yaml(*plan.server)});
    plan.files.push_back(
        {.path = kDynamicConfigPath, .content = dynamic_config_of(model.options).value()});
    plan.files.push_back({.path = kSchemaGatePath,
                          .content = schema_gate_script(plan.questions),
                          .permissions = "700"});
    const json::object entry = run_entry(model, *plan.server);
    const bool running = runs_as_wanted(model, entry);
    // A server that runs with these settings has passed the gate.
    if (running) plan.questions.clear();
    json::object checks;
    if (running || plan_schema(model, plan)) {
        plan.workload = Plan::Workload::run;
        plan.layer["services"] = json::object{{kServiceName, entry}};
        checks[kHealthCheck] = health_check_entry(model);
        if (has_check(model, kSchemaCheck)) checks[kSchemaCheck] = schema_check_entry(false);
        plan_health(model, plan);
    } else if (model.schema.size() == plan.questions.size()) {
        checks[kSchemaCheck] = schema_check_entry(true);
    }
    plan.layer["checks"] = std::move(checks);
}

void plan_stop(const Model& model, Plan& plan) {
    plan.workload = Plan::Workload::stop;
    plan.questions.clear();
    if (model.drained) {
        plan.needs.insert(plan.needs.begin(),
                          blocked("drained; run juju run " + model.unit + " restart"));
    }
}

// The servers run all the same, with what they cannot work without.
void plan_connections(const Model& model, Plan& plan) {
    if (!model.options.problems.empty()) return;
    if (const auto need = budget_need(model)) plan.needs.push_back(*need);
    plan.notes = connection_notes(model);
}

void plan_ports(const Model& model, Plan& plan) {
    const auto open = [&plan](std::uint16_t port) {
        plan.ports.insert(std::to_string(port) + "/tcp");
    };
    for (const Role role : kRoles) {
        if (model.options.has(role)) open(listener_of(role).grpc_port);
    }
    if (model.options.has(Role::frontend)) open(kInternalFrontend.grpc_port);
    open(kMetricsPort);
}

// What Juju and Kubernetes bring by themselves.
void plan_pod(const Model& model, Plan& plan) {
    if (model.addresses.bind.empty()) {
        plan.needs.push_back(waiting("network: no address yet; Juju gives one"));
    }
    const std::string again = "juju run " + model.unit + " restart";
    const auto container = container_need(kContainerName, model.container, again);
    if (container) plan.needs.push_back(*container);
}

void forget_database_files(const Model& model, Plan& plan) {
    for (const char* endpoint : {"db", "visibility"}) {
        const DatabaseFiles files = database_files(endpoint);
        if (model.relation(endpoint) != nullptr) continue;
        plan.files_gone.push_back(files.address);
        plan.files_gone.push_back(files.password);
        plan.files_gone.push_back(files.ca);
    }
}

}  // namespace

juju::UnitStatus Plan::status() const {
    if (needs.empty()) return {.state = "active"};
    const Need& first = needs.front();
    return {.state = first.who == Need::Who::operator_ ? "blocked" : "waiting",
            .message = first.text};
}

std::string Plan::notes_text() const {
    std::string text;
    for (const std::string& note : notes) text += note + "\n";
    return text;
}

Plan plan(const Model& model) {
    Plan plan;
    for (const std::string& problem : model.options.problems)
        plan.needs.push_back(blocked(problem));
    forget_old_state(model, plan);
    const auto shards = plan_history_shards(model, plan);
    const auto databases = plan_databases(model, plan);
    plan_pod(model, plan);
    const bool can_run = plan.needs.empty();
    const bool detached =
        model.relation("db") == nullptr || model.relation("visibility") == nullptr;
    if (model.stopping || model.drained || detached) {
        plan_stop(model, plan);
    } else if (can_run) {
        plan_workload(model, *databases, *shards, plan);
    } else {
        plan.questions.clear();
    }
    forget_database_files(model, plan);
    plan_misfits(model, plan);
    plan_connections(model, plan);
    if (model.options.problems.empty())
        plan_ports(model, plan);
    else
        plan.ports = model.opened_ports;
    plan_neighbours(model, databases, plan);
    return plan;
}

}  // namespace charm

#include "charm/read_model.h"

#include <array>
#include <fstream>
#include <sstream>

#include "charm/plan.h"
#include "charm/server_settings.h"

namespace charm {

namespace {

struct Endpoint {
    const char* name;
    Interest interest;
    bool leader_only = false;  // others neither read nor write anything there
};
constexpr std::array<Endpoint, 10> kEndpoints{{{"db", {.remote_app = true}},
                                               {"visibility", {.remote_app = true}},
                                               {"admin", {.remote_app = true}},
                                               {"ui", {}, true},
                                               {"temporal-host-info", {}, true},
                                               {"nginx-route", {}},
                                               {"ingress", {.own_unit = true}},
                                               {"metrics-endpoint", {.own_unit = true}},
                                               {"grafana-dashboard", {}, true},
                                               {"logging", {.remote_units = true}}}};

Status read_relations(const RelationReader& reader, Model& model) {
    TRY_ASSIGN(const std::vector<std::string> peers, reader.tools.relation_ids("peer"));
    for (const std::string& id : peers) {
        TRY_ASSIGN(Relation peer, reader.read_peer(id));
        model.relations["peer"].push_back(std::move(peer));
    }
    for (const Endpoint& endpoint : kEndpoints) {
        if (endpoint.leader_only && !reader.leader) continue;
        TRY_ASSIGN(model.relations[endpoint.name], reader.read(endpoint.name, endpoint.interest));
    }
    return ok_status();
}

Status read_secrets(const juju::Tools& tools, Model& model) {
    for (const char* endpoint : {"db", "visibility"}) {
        const Relation* relation = model.relation(endpoint);
        if (relation == nullptr) continue;
        for (const std::string& id : secret_ids_of(*relation)) {
            if (model.secrets.contains(id)) continue;
            TRY_ASSIGN(std::optional<juju::Content> content, tools.secret(id));
            if (content) model.secrets[id] = std::move(*content);
        }
    }
    if (!model.leader) return ok_status();
    TRY_ASSIGN(model.admin_secret, tools.owned_secret(kAdminSecretLabel));
    return ok_status();
}

json::object proxies_of(const juju::Environment& environment) {
    json::object proxies;
    const std::pair<const char*, const std::string*> values[] = {
        {"HTTP_PROXY", &environment.http_proxy},
        {"HTTPS_PROXY", &environment.https_proxy},
        {"NO_PROXY", &environment.no_proxy}};
    for (const auto& [name, value] : values) {
        if (!value->empty()) proxies[name] = *value;
    }
    return proxies;
}

// A file that the packer put beside the program; empty when packed without.
std::string read_packed(const std::string& charm_dir, const char* name) {
    std::ifstream file(charm_dir + "/" + name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<std::string> our_paths() {
    std::vector<std::string> paths{kConfigPath, kDynamicConfigPath, kSchemaGatePath};
    for (const char* endpoint : {"db", "visibility"}) {
        paths.push_back(database_files(endpoint).address);
        paths.push_back(database_files(endpoint).password);
        paths.push_back(database_files(endpoint).ca);
    }
    return paths;
}

Status read_standing(const juju::Tools& tools, Model& model) {
    TRY_ASSIGN(model.status, tools.status());
    TRY_ASSIGN(model.opened_ports, tools.opened_ports());
    TRY_ASSIGN(Bag state, tools.state());
    model.version = state["workload-version"];
    model.notes_told = state["notes"];
    model.drained = state["drained"] == "true";
    model.leaving = state["leaving"] == "true";
    return ok_status();
}

}  // namespace

Result<Relation> RelationReader::read_peer(const std::string& id) const {
    Relation peer{.id = id, .app = environment.app};
    TRY_ASSIGN(peer.units, tools.relation_units(id));
    TRY_ASSIGN(peer.own_app, tools.app_bag(id, environment.app));
    return peer;
}

Result<std::vector<Relation>> RelationReader::read(const std::string& endpoint,
                                                   Interest interest) const {
    std::vector<Relation> relations;
    TRY_ASSIGN(const std::vector<std::string> ids, tools.relation_ids(endpoint));
    for (const std::string& id : ids) {
        if (environment.is_broken(id)) continue;
        TRY_ASSIGN(Relation relation, read_one(id, interest));
        relations.push_back(std::move(relation));
    }
    return relations;
}

Result<Relation> RelationReader::read_one(const std::string& id, Interest interest) const {
    Relation relation{.id = id};
    if (interest.remote_app) {
        TRY_ASSIGN(relation.app, tools.relation_app(id));
        TRY_ASSIGN(relation.remote_app, tools.app_bag(id, relation.app));
    }
    if (leader) {
        TRY_ASSIGN(relation.own_app, tools.app_bag(id, environment.app));
    }
    if (interest.own_unit) {
        TRY_ASSIGN(relation.own_unit, tools.unit_bag(id, environment.unit));
    }
    // A router in front of a database lives in units of its own, which say when they are ready.
    if (interest.remote_units || relation.remote_app.contains("subordinated")) {
        TRY(read_units(relation));
    }
    return relation;
}

Status RelationReader::read_units(Relation& relation) const {
    TRY_ASSIGN(relation.units, tools.relation_units(relation.id));
    for (const std::string& unit : relation.units) {
        TRY_ASSIGN(relation.remote_units[unit], tools.unit_bag(relation.id, unit));
    }
    return ok_status();
}

Status read_container(pebble::Client& client, const std::vector<std::string>& paths,
                      Container& container) {
    TRY_ASSIGN(container.plan, pebble::current_plan(client));
    TRY_ASSIGN(const std::vector<pebble::Service> services, pebble::services(client));
    for (const pebble::Service& service : services) container.services[service.name] = service;
    TRY_ASSIGN(const std::vector<pebble::Check> checks, pebble::checks(client));
    for (const pebble::Check& check : checks) container.checks[check.name] = check;
    TRY_ASSIGN(container.files, pebble::read_files(client, paths));
    container.reachable = true;
    return ok_status();
}

Result<Model> read_model(const juju::Environment& environment, const juju::Tools& tools,
                         pebble::Client& client) {
    Model model{.app = environment.app,
                .unit = environment.unit,
                .model = environment.model,
                .model_uuid = environment.model_uuid,
                .proxies = proxies_of(environment),
                .dashboards = read_packed(environment.charm_dir, "grafana_dashboards.json"),
                .alert_rules = read_packed(environment.charm_dir, "alert_rules.json")};
    TRY_ASSIGN(const json::object config, tools.config());
    model.options = read_options(config);
    TRY_ASSIGN(model.leader, tools.is_leader());
    TRY_ASSIGN(model.addresses, tools.addresses("peer"));
    const RelationReader reader{environment, tools, model.leader};
    TRY(read_relations(reader, model));
    TRY(read_secrets(tools, model));
    TRY(read_standing(tools, model));
    const Status container = read_container(client, our_paths(), model.container);
    if (!container.ok()) {
        model.container = lost_container(container);
        TRY(tools.log("INFO",
                      "container " + std::string(kContainerName) + ": " + container.message()));
    }
    return model;
}

}  // namespace charm

#include "charm/neighbours.h"

#include "charm/layer.h"
#include "server/config/flags.h"

namespace charm {

namespace {

void add(Bag& bag, const Bag& more) { bag.insert(more.begin(), more.end()); }

std::string json_text(const json::value& value) { return json::serialize(value); }
std::string json_text(const std::string& text) { return json::serialize(json::value(text)); }

// For each relation of an endpoint.
template <class Make>
void for_each(const Model& model, const char* endpoint, std::map<std::string, Bag>& bags,
              const Make& make) {
    const auto found = model.relations.find(endpoint);
    if (found == model.relations.end()) return;
    for (const Relation& relation : found->second) add(bags[relation.id], make(relation));
}

// The same, of what is true of a frontend only: without one every key is taken back.
void for_each_frontend(const Model& model, const char* endpoint, std::map<std::string, Bag>& bags,
                       Bag bag) {
    if (!model.options.has(Role::frontend)) {
        for (auto& [key, value] : bag) value.clear();
    }
    for_each(model, endpoint, bags, [&bag](const Relation&) { return bag; });
}

std::string frontend_port() { return std::to_string(listener_of(Role::frontend).grpc_port); }

// The packed rules, narrowed to this application. Inside a JSON text a quote is escaped.
std::string alert_rules(const Model& model) {
    constexpr std::string_view kMarker = "%%juju_topology%%";
    const std::string topology =
        "juju_model=\\\"" + model.model + "\\\", juju_application=\\\"" + model.app + "\\\"";
    std::string rules = model.alert_rules;
    for (std::size_t at = rules.find(kMarker); at != std::string::npos; at = rules.find(kMarker)) {
        rules.replace(at, kMarker.size(), topology);
    }
    return rules;
}

Bag scrape_job(const Model& model) {
    const json::object metadata{{"model", model.model},
                                {"model_uuid", model.model_uuid},
                                {"application", model.app},
                                {"charm_name", "temporal-k8s"}};
    const json::object job{
        {"metrics_path", "/metrics"},
        {"static_configs",
         json::array{json::object{{"targets", json::array{"*:" + std::to_string(kMetricsPort)}}}}}};
    return {{"scrape_metadata", json_text(metadata)},
            {"scrape_jobs", json_text(json::array{job})},
            {"alert_rules", alert_rules(model)}};
}

Bag nginx_route(const Model& model) {
    const std::string& host = model.options.external_hostname;
    return {{"service-hostname", host.empty() ? model.app : host},
            {"service-name", model.app},
            {"service-port", frontend_port()},
            {"service-namespace", model.model},
            {"backend-protocol", "GRPC"},
            {"tls-secret-name", model.options.tls_secret_name}};
}

Bag ingress(const Model& model) {
    return {{"model", json_text(model.model)},
            {"name", json_text(model.app)},
            {"port", frontend_port()},
            {"scheme", json_text(std::string("h2c"))}};
}

// Without a name of its own the frontend is reached by the service that Juju makes for the
// application: the address of a unit would change with the leader.
Bag host_info(const Model& model) {
    const std::string& host = model.options.external_hostname;
    const std::string service = model.app + "." + model.model + ".svc.cluster.local";
    return {{"host", host.empty() ? service : host}, {"port", frontend_port()}};
}

// Of one unit: where its metrics are, and how an ingress reaches its frontend. Until it has an
// address, what stands is left as it is.
Bag scrape_unit(const Model& model) {
    if (model.addresses.bind.empty()) return {};
    return {{"prometheus_scrape_unit_address", model.addresses.bind},
            {"prometheus_scrape_unit_name", model.unit}};
}

Bag ingress_unit(const Model& model) {
    if (model.addresses.bind.empty()) return {};
    const std::string& name = model.addresses.host_name;
    return {{"host", json_text(name.empty() ? model.addresses.bind : name)},
            {"ip", json_text(model.addresses.bind)}};
}

void plan_leader(const Model& model, Plan& plan) {
    auto& bags = plan.app_bags;
    for (const char* endpoint : {"db", "visibility"}) {
        for_each(model, endpoint, bags, [&](const Relation& relation) {
            return database_request(endpoint, model.app, relation);
        });
    }
    const bool ready = model.health && model.health->state == Health::State::answers;
    for_each(model, "ui", bags, [&](const Relation&) {
        return Bag{{"server_status", ready ? "ready" : "blocked"}};
    });
    for_each_frontend(model, "temporal-host-info", bags, host_info(model));
    for_each_frontend(model, "nginx-route", bags, nginx_route(model));
    for_each_frontend(model, "ingress", bags, ingress(model));
    for_each(model, "metrics-endpoint", bags, [&](const Relation&) { return scrape_job(model); });
    for_each(model, "grafana-dashboard", bags, [&](const Relation&) {
        return Bag{{"dashboards", model.dashboards}};
    });
}

void plan_admin(const Model& model, const std::optional<Databases>& databases, Plan& plan) {
    const Relation* admin = model.relation("admin");
    const bool legacy = model.options.legacy_admin_credentials;
    const bool detached =
        model.relation("db") == nullptr || model.relation("visibility") == nullptr;
    plan.withdraw_admin_secret = admin == nullptr || detached || (legacy && databases);
    if (admin == nullptr) return;
    Bag& bag = plan.app_bags[admin->id];
    if (plan.withdraw_admin_secret) bag[kAdminSecretKey] = "";
    if (detached || !legacy) bag["database_connections"] = "";
    // Half of a relation's data is no news: the admin charm keeps what it was shown.
    if (!databases) return;
    if (legacy) {
        bag["database_connections"] = legacy_connections(*databases);
        return;
    }
    plan.admin_secret = AdminSecretGoal{
        .content = admin_secret_content(*databases), .relation = admin->id, .app = admin->app};
    // The id of one that is yet to be made is filled in where it is made.
    if (model.admin_secret) bag[kAdminSecretKey] = model.admin_secret->id;
}

std::optional<Database> read_part(const juju::Content& content, const std::string& name) {
    const auto value = [&](const char* key) {
        const auto found = content.find(name + "-" + key);
        return found == content.end() ? std::string() : found->second;
    };
    const auto port = server::config::parse_integer(value("port"));
    Database database{.host = value("host"),
                      .name = value("database"),
                      .user = value("username"),
                      .password = value("password"),
                      .tls = value("tls") == "true",
                      .ca = value("tls-ca")};
    if (!port || *port < 1 || *port > 65535 || database.host.empty() || database.name.empty() ||
        database.user.empty() || database.password.empty()) {
        return std::nullopt;
    }
    database.port = static_cast<std::uint16_t>(*port);
    return database;
}

std::optional<Databases> both(std::optional<Database> main, std::optional<Database> visibility) {
    if (!main || !visibility) return std::nullopt;
    return Databases{.main = std::move(*main), .visibility = std::move(*visibility)};
}

}  // namespace

void plan_neighbours(const Model& model, const std::optional<Databases>& databases, Plan& plan) {
    plan.layer["log-targets"] = log_targets(model);
    for_each(model, "metrics-endpoint", plan.unit_bags,
             [&](const Relation&) { return scrape_unit(model); });
    for_each_frontend(model, "ingress", plan.unit_bags, ingress_unit(model));
    if (!model.leader) return;
    plan_leader(model, plan);
    plan_admin(model, databases, plan);
}

juju::Content admin_secret_content(const Databases& databases) {
    juju::Content content;
    const auto put = [&content](const std::string& name, const Database& database) {
        content[name + "-host"] = database.host;
        content[name + "-port"] = std::to_string(database.port);
        content[name + "-database"] = database.name;
        content[name + "-username"] = database.user;
        content[name + "-password"] = database.password;
        content[name + "-tls"] = database.tls ? "true" : "false";
        if (!database.ca.empty()) content[name + "-tls-ca"] = database.ca;
    };
    put("db", databases.main);
    put("visibility", databases.visibility);
    return content;
}

std::optional<Databases> read_admin_secret(const juju::Content& content) {
    return both(read_part(content, "db"), read_part(content, "visibility"));
}

std::string legacy_connections(const Databases& databases) {
    const auto part = [](const Database& database) {
        return json::object{{"dbname", database.name},
                            {"host", database.host},
                            {"port", std::to_string(database.port)},
                            {"user", database.user},
                            {"password", database.password},
                            {"tls", database.tls}};
    };
    return json_text(
        json::object{{"db", part(databases.main)}, {"visibility", part(databases.visibility)}});
}

std::optional<Databases> read_legacy_connections(const std::string& text) {
    const auto parsed = parse_json_object(text, "database_connections");
    if (!parsed.ok()) return std::nullopt;
    juju::Content content;
    for (const char* name : {"db", "visibility"}) {
        const auto* part = find_object(*parsed, name);
        if (part == nullptr) return std::nullopt;
        const std::string prefix = std::string(name) + "-";
        content[prefix + "host"] = text_at(*part, "host");
        content[prefix + "port"] = text_at(*part, "port");
        content[prefix + "database"] = text_at(*part, "dbname");
        content[prefix + "username"] = text_at(*part, "user");
        content[prefix + "password"] = text_at(*part, "password");
        content[prefix + "tls"] = text_at(*part, "tls");
    }
    return read_admin_secret(content);
}

}  // namespace charm

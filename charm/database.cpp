#include "charm/database.h"

#include <algorithm>

#include "charm/model.h"
#include "server/config/flags.h"

namespace charm {

namespace {

constexpr const char* kRequestedSecrets = R"(["username","password","tls","tls-ca","uris"])";

std::string value_at(const Bag& bag, const std::string& key) {
    const auto found = bag.find(key);
    return found == bag.end() ? std::string() : found->second;
}

std::string request_id(const std::string& endpoint, const std::string& app) {
    return app + "." + endpoint;
}

// The provider's answer in one shape: v1 has a list of answers, of which one is ours.
Bag answer_of(const std::string& endpoint, const std::string& app, const Relation& relation) {
    const std::string list = value_at(relation.remote_app, "requests");
    if (list.empty()) return relation.remote_app;
    Bag answer;
    const auto parsed = parse_json(list, "requests");
    if (!parsed.ok() || !parsed->is_array()) return answer;
    for (const json::value& entry : parsed->get_array()) {
        if (!entry.is_object()) continue;
        const json::object& object = entry.get_object();
        if (text_at(object, "request-id") != request_id(endpoint, app)) continue;
        for (const auto& [key, value] : object) answer[key] = text_of(value);
        answer["database"] = text_at(object, "resource");
    }
    return answer;
}

// The first of `host:port,host:port`; IPv6 in brackets.
bool read_endpoint(const std::string& list, Database& database) {
    const std::string first = list.substr(0, list.find(','));
    const std::size_t colon = first.rfind(':');
    const bool has_port = colon != std::string::npos && first.find(']', colon) == std::string::npos;
    database.host = first.substr(0, has_port ? colon : first.size());
    if (database.host.starts_with('[') && database.host.ends_with(']')) {
        database.host = database.host.substr(1, database.host.size() - 2);
    }
    if (has_port) {
        const auto port = server::config::parse_integer(first.substr(colon + 1));
        if (!port || *port < 1 || *port > 65535) return false;
        database.port = static_cast<std::uint16_t>(*port);
    }
    return !database.host.empty();
}

bool is_true(const std::string& text) { return text == "True" || text == "true"; }

// A router's unit has to say that it is there before its endpoint answers.
bool must_wait_for_router(const Bag& answer, const Relation& relation) {
    if (value_at(answer, "subordinated") != "true") return false;
    return std::none_of(relation.remote_units.begin(), relation.remote_units.end(),
                        [](const auto& unit) { return value_at(unit.second, "state") == "ready"; });
}

std::string speaks_other(const Bag& answer, const juju::Content& user) {
    std::string uris = value_at(user, "uris");
    if (uris.empty()) uris = value_at(answer, "uris");
    const std::size_t end = uris.find("://");
    if (end == std::string::npos || uris.starts_with("postgresql://") ||
        uris.starts_with("postgres://")) {
        return {};
    }
    return uris.substr(0, end);
}

struct Reader {
    std::string endpoint;
    std::string app;
    const Relation& relation;
    const std::map<std::string, juju::Content>& secrets;

    std::string prefix() const { return endpoint + " relation: "; }

    // The content of the secret under `key`, or the bag itself where the provider knows no secrets.
    std::optional<juju::Content> content(const Bag& answer, const std::string& key,
                                         std::optional<Need>& need) const {
        const std::string id = value_at(answer, key);
        if (id.empty()) return answer;
        const auto found = secrets.find(id);
        if (found != secrets.end()) return found->second;
        need = blocked(prefix() + "the secret that " + relation.app +
                       " named is gone or not granted; "
                       "remove the relation and integrate again");
        return std::nullopt;
    }

    DatabaseFound read() const {
        DatabaseFound found;
        const Bag answer = answer_of(endpoint, app, relation);
        const auto user = content(answer, "secret-user", found.need);
        if (!user) return found;
        const auto tls = content(answer, "secret-tls", found.need);
        if (!tls) return found;
        Database& database = found.database;
        database.name = database_name(endpoint);
        if (!value_at(answer, "database").empty()) database.name = value_at(answer, "database");
        database.user = value_at(*user, "username");
        database.password = value_at(*user, "password");
        database.tls = is_true(value_at(*tls, "tls"));
        database.ca = value_at(*tls, "tls-ca");
        const std::string endpoints = value_at(answer, "endpoints");
        if (const std::string other = speaks_other(answer, *user); !other.empty()) {
            found.need = blocked(prefix() + relation.app + " is a " + other +
                                 " database, not PostgreSQL; remove the relation and integrate "
                                 "with a PostgreSQL charm");
        } else if (endpoints.empty() || database.user.empty() || database.password.empty()) {
            found.need = waiting(prefix() + "no database connection available; waiting for " +
                                 relation.app + " to provide " + database_name(endpoint));
        } else if (!read_endpoint(endpoints, database)) {
            found.need = blocked(prefix() + relation.app + " gave '" + endpoints +
                                 "' as its endpoints, which is not HOST:PORT; look at its status");
        } else if (must_wait_for_router(answer, relation)) {
            found.need = waiting(prefix() + "waiting for a unit of " + relation.app +
                                 " to say that it is ready");
        }
        return found;
    }
};

}  // namespace

std::string Database::address() const {
    const bool ipv6 = host.find(':') != std::string::npos;
    return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string database_name(const std::string& endpoint) { return "temporal-k8s_" + endpoint; }

DatabaseFound read_database(const std::string& endpoint, const std::string& app,
                            const Relation* relation,
                            const std::map<std::string, juju::Content>& secrets) {
    if (relation != nullptr) return Reader{endpoint, app, *relation, secrets}.read();
    DatabaseFound found;
    found.need = blocked(endpoint + " relation: no database; run juju integrate " + app + ":" +
                         endpoint + " postgresql-k8s:database");
    return found;
}

std::vector<std::string> secret_ids_of(const Relation& relation) {
    std::vector<std::string> ids;
    const auto add = [&ids](const std::string& id) {
        if (!id.empty()) ids.push_back(id);
    };
    for (const char* key : {"secret-user", "secret-tls"}) add(value_at(relation.remote_app, key));
    const auto list = parse_json(value_at(relation.remote_app, "requests"), "requests");
    if (!list.ok() || !list->is_array()) return ids;
    for (const json::value& entry : list->get_array()) {
        if (!entry.is_object()) continue;
        for (const char* key : {"secret-user", "secret-tls"}) {
            add(text_at(entry.get_object(), key));
        }
    }
    return ids;
}

juju::Bag database_request(const std::string& endpoint, const std::string& app,
                           const Relation& relation) {
    Bag request{{"database", database_name(endpoint)},
                {"extra-user-roles", kOwnerRole},
                {"requested-secrets", kRequestedSecrets}};
    if (value_at(relation.remote_app, "version") != "v1") return request;
    const json::object entry{{"resource", database_name(endpoint)},
                             {"request-id", request_id(endpoint, app)},
                             {"salt", request_id(endpoint, app)},
                             {"extra-user-roles", kOwnerRole},
                             {"requested-secrets", parse_json(kRequestedSecrets, "").value()}};
    request["version"] = "v1";
    request["requests"] = json::serialize(json::array{entry});
    return request;
}

}  // namespace charm

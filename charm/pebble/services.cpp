#include "charm/pebble/services.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace charm::pebble {

namespace {

// Pebble waits 1 s for a service to stay up; a stop may take its kill delay.
constexpr std::chrono::seconds kChangeLimit{60};

json::value value_of(const YAML::Node& node) {
    if (node.IsMap()) {
        json::object object;
        for (const auto& entry : node)
            object[entry.first.as<std::string>()] = value_of(entry.second);
        return object;
    }
    if (node.IsSequence()) {
        json::array array;
        for (const auto& entry : node) array.push_back(value_of(entry));
        return array;
    }
    return json::value(node.IsScalar() ? node.Scalar() : std::string());
}

Status act(Client& client, const json::object& request) {
    TRY_ASSIGN(const Client::Started started, client.start("/v1/services", request));
    TRY_ASSIGN(const Change change, client.wait(started.change, kChangeLimit));
    if (change.done()) return ok_status();
    return server::failed_precondition(change.failure);
}

}  // namespace

Result<std::vector<Service>> services(Client& client) {
    TRY_ASSIGN(const json::value list, client.get("/v1/services"));
    std::vector<Service> found;
    if (!list.is_array()) return found;
    for (const json::value& entry : list.get_array()) {
        if (!entry.is_object()) continue;
        const json::object& object = entry.get_object();
        found.push_back({.name = text_at(object, "name"),
                         .startup = text_at(object, "startup"),
                         .current = text_at(object, "current")});
    }
    return found;
}

Result<std::vector<Check>> checks(Client& client) {
    TRY_ASSIGN(const json::value list, client.get("/v1/checks"));
    std::vector<Check> found;
    if (!list.is_array()) return found;
    for (const json::value& entry : list.get_array()) {
        if (!entry.is_object()) continue;
        const json::object& object = entry.get_object();
        found.push_back({.name = text_at(object, "name"),
                         .status = text_at(object, "status"),
                         .change = text_at(object, "change-id")});
    }
    return found;
}

Result<json::object> current_plan(Client& client) {
    TRY_ASSIGN(const json::value text, client.get("/v1/plan?format=yaml"));
    try {
        const json::value plan = value_of(YAML::Load(text_of(text)));
        return plan.is_object() ? plan.get_object() : json::object();
    } catch (const YAML::Exception& failure) {
        return server::internal_error(std::string("Pebble's plan is not YAML: ") + failure.what());
    }
}

Status add_layer(Client& client, const std::string& label, const json::object& layer) {
    const json::object request{{"action", "add"},
                               {"combine", true},
                               {"label", label},
                               {"format", "yaml"},
                               {"layer", json::serialize(layer)}};
    return client.post("/v1/layers", request).status();
}

Status replan(Client& client) { return act(client, {{"action", "replan"}}); }

Status stop_service(Client& client, const std::string& name) {
    return act(client, {{"action", "stop"}, {"services", json::array{name}}});
}

Status restart_service(Client& client, const std::string& name) {
    return act(client, {{"action", "restart"}, {"services", json::array{name}}});
}

namespace {

// Whatever Pebble shows of it.
bool has_ended(Client& client, const Check& check) {
    if (check.change.empty()) return false;
    const auto change = client.get("/v1/changes/" + check.change);
    if (!change.ok() || !change->is_object()) return false;
    const json::value* ready = find(change->get_object(), "ready");
    return ready != nullptr && ready->is_bool() && ready->get_bool();
}

Status act_on_checks(Client& client, const char* action, const std::vector<std::string>& names) {
    if (names.empty()) return ok_status();
    const json::object request{{"action", action},
                               {"checks", json::array(names.begin(), names.end())}};
    const Status done = client.post("/v1/checks", request).status();
    return done.code() == Code::NotFound ? ok_status() : done;
}

}  // namespace

Status stop_checks(Client& client, const std::vector<std::string>& names) {
    if (names.empty()) return ok_status();
    TRY_ASSIGN(const std::vector<Check> all, checks(client));
    std::vector<std::string> running = names;
    for (const Check& check : all) {
        const bool is_named = std::find(names.begin(), names.end(), check.name) != names.end();
        if (is_named && has_ended(client, check)) std::erase(running, check.name);
    }
    return act_on_checks(client, "stop", running);
}

Status start_checks(Client& client, const std::vector<std::string>& names) {
    return act_on_checks(client, "start", names);
}

}  // namespace charm::pebble

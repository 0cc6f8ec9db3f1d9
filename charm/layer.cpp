#include "charm/layer.h"

#include <algorithm>

#include "charm/server_settings.h"

namespace charm {

json::object run_entry(const Model& model, const server::config::Config& config) {
    json::object environment = model.proxies;
    environment["CHARM_START_DIGEST"] = start_digest(model, config);
    // The pod has 30 s; the server needs less to hand its shards over.
    return {
        {"override", "replace"}, {"summary", "temporal server"}, {"command", server_command(model)},
        {"startup", "enabled"},  {"environment", environment},   {"kill-delay", "20s"}};
}

json::object health_check_entry(const Model& model) {
    const std::string host = model.addresses.bind.find(':') == std::string::npos
                                 ? model.addresses.bind
                                 : "[" + model.addresses.bind + "]";
    const std::string url = "http://" + host + ":" + std::to_string(kMetricsPort) + "/readyz";
    // Level ready, not alive: a database that is away must not have the pod killed. One failure
    // counts, so that a start which outlasts the hook is seen to end (charm/converge.cpp).
    return {{"override", "replace"}, {"level", "ready"}, {"period", "5s"},
            {"timeout", "3s"},       {"threshold", 1},   {"http", json::object{{"url", url}}}};
}

json::object schema_check_entry(bool enabled) {
    const std::string command = std::string("/bin/sh ") + kSchemaGatePath;
    return {{"override", "replace"}, {"startup", enabled ? "enabled" : "disabled"},
            {"period", "10s"},       {"timeout", "9s"},
            {"threshold", 1},        {"exec", json::object{{"command", command}}}};
}

std::string schema_gate_script(const std::vector<SchemaQuestion>& questions) {
    std::string script = "#!/bin/sh\n# Fails as soon as every schema is ready (charm/layer.h).\n";
    for (const SchemaQuestion& question : questions) {
        for (const std::string& argument : question.argv) script += shell_quoted(argument) + " ";
        script += ">/dev/null 2>&1 || exit 0\n";
    }
    return script + "exit 1\n";
}

namespace {

std::string target_name(const std::string& unit) {
    std::string name = "loki-" + unit;
    std::replace(name.begin(), name.end(), '/', '-');
    return name;
}

json::object labels_of(const Model& model) {
    return {{"juju_model", model.model},
            {"juju_model_uuid", model.model_uuid},
            {"juju_application", model.app},
            {"juju_unit", model.unit},
            {"juju_charm", "temporal-k8s"}};
}

}  // namespace

json::object log_targets(const Model& model) {
    json::object targets;
    if (const auto* present = find_object(model.container.plan, "log-targets")) {
        for (const auto& [name, entry] : *present) {
            if (!name.starts_with("loki-") || !entry.is_object()) continue;
            targets[name] = {{"override", "replace"},
                             {"type", "loki"},
                             {"location", text_at(entry.get_object(), "location")},
                             {"services", json::array{"-all"}}};
        }
    }
    const auto relations = model.relations.find("logging");
    if (relations == model.relations.end()) return targets;
    for (const Relation& relation : relations->second) {
        for (const auto& [unit, bag] : relation.remote_units) {
            const auto endpoint = bag.find("endpoint");
            if (endpoint == bag.end()) continue;
            const auto parsed = parse_json_object(endpoint->second, "endpoint");
            const std::string url = parsed.ok() ? text_at(*parsed, "url") : std::string();
            if (url.empty()) continue;
            targets[target_name(unit)] = {{"override", "replace"},
                                          {"type", "loki"},
                                          {"location", url},
                                          {"services", json::array{"all"}},
                                          {"labels", labels_of(model)}};
        }
    }
    return targets;
}

namespace {

using Wants = bool (*)(const json::object& entry, const pebble::Check& check);

std::vector<std::string> checks_of(const json::object& layer, const Container& container,
                                   Wants wants) {
    std::vector<std::string> names;
    const auto* checks = find_object(layer, "checks");
    if (checks == nullptr) return names;
    for (const auto& [name, entry] : *checks) {
        const auto present = container.checks.find(name);
        if (present == container.checks.end() || !entry.is_object()) continue;
        if (wants(entry.get_object(), present->second)) names.push_back(name);
    }
    return names;
}

bool is_off(const json::object& entry) { return text_at(entry, "startup") == "disabled"; }

}  // namespace

std::vector<std::string> checks_to_stop(const json::object& layer, const Container& container) {
    return checks_of(layer, container, [](const json::object& entry, const pebble::Check& check) {
        return is_off(entry) && !check.inactive();
    });
}

std::vector<std::string> checks_to_start(const json::object& layer, const Container& container) {
    auto names =
        checks_of(layer, container, [](const json::object& entry, const pebble::Check& check) {
            return !is_off(entry) && check.inactive();
        });
    const auto* planned = find_object(container.plan, "checks");
    std::erase_if(names, [&](const std::string& name) {
        const json::value* entry = planned == nullptr ? nullptr : find(*planned, name);
        return entry == nullptr || !is_like(layer.at("checks").at(name), *entry);
    });
    return names;
}

bool is_like(const json::value& wanted, const json::value& present) {
    if (const auto* object = wanted.if_object()) {
        const auto* other = present.if_object();
        if (other == nullptr) return object->empty();
        return std::all_of(object->begin(), object->end(), [other](const auto& entry) {
            const json::value* value = find(*other, entry.key());
            return value != nullptr && is_like(entry.value(), *value);
        });
    }
    if (const auto* array = wanted.if_array()) {
        const auto* other = present.if_array();
        return other != nullptr && other->size() == array->size() &&
               std::equal(array->begin(), array->end(), other->begin(), is_like);
    }
    return text_of(wanted) == text_of(present);
}

}  // namespace charm

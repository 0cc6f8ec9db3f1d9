#include "charm/juju/tools.h"

#include <algorithm>

#include "charm/juju/argument.h"
#include "charm/juju/secret_files.h"

namespace charm::juju {

namespace {

std::string first_line(const std::string& text) {
    std::string line = text.substr(0, text.find('\n'));
    while (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

std::vector<std::string> texts_of(const json::value& value) {
    std::vector<std::string> texts;
    if (const auto* array = value.if_array()) {
        for (const json::value& entry : *array) texts.push_back(text_of(entry));
    }
    return texts;
}

Bag bag_from(const json::value& value) {
    Bag bag;
    if (const auto* object = value.if_object()) {
        for (const auto& [key, entry] : *object) bag[key] = text_of(entry);
    }
    return bag;
}

// What the agent says of a secret that is not there, is not for us, or cannot be one.
bool says_absent(const Status& status) {
    const std::string& message = status.message();
    return message.find("not found") != std::string::npos ||
           message.find("permission denied") != std::string::npos ||
           message.find("not granted") != std::string::npos ||
           message.find("not valid") != std::string::npos;
}

}  // namespace

Result<std::string> Tools::output_of(const std::vector<std::string>& argv,
                                     const std::string& input) const {
    TRY_ASSIGN(Finished finished, run_(argv, input));
    if (finished.exit_code == 0) return std::move(finished.output);
    return server::internal_error(argv[0] + ": exit " + std::to_string(finished.exit_code) + ": " +
                                  first_line(finished.errors));
}

Result<json::value> Tools::json_of(std::vector<std::string> argv) const {
    argv.insert(argv.begin() + 1, "--format=json");
    TRY_ASSIGN(const std::string output, output_of(argv));
    return parse_json(output, "the output of " + argv[0]);
}

Result<Bag> Tools::bag_of(std::vector<std::string> argv) const {
    TRY_ASSIGN(const json::value value, json_of(std::move(argv)));
    return bag_from(value);
}

Status Tools::call(const std::vector<std::string>& argv, const std::string& input) const {
    return output_of(argv, input).status();
}

Result<json::object> Tools::config() const {
    TRY_ASSIGN(const json::value value, json_of({"config-get"}));
    return value.is_object() ? value.get_object() : json::object();
}

Result<bool> Tools::is_leader() const {
    TRY_ASSIGN(const json::value value, json_of({"is-leader"}));
    return value.is_bool() && value.get_bool();
}

Result<std::vector<std::string>> Tools::relation_ids(const std::string& endpoint) const {
    TRY_ASSIGN(const json::value value, json_of({"relation-ids", endpoint}));
    return texts_of(value);
}

Result<std::vector<std::string>> Tools::relation_units(const std::string& relation) const {
    TRY_ASSIGN(const json::value value, json_of({"relation-list", "-r", relation}));
    return texts_of(value);
}

Result<std::string> Tools::relation_app(const std::string& relation) const {
    TRY_ASSIGN(const json::value value, json_of({"relation-list", "-r", relation, "--app"}));
    return text_of(value);
}

Result<Bag> Tools::app_bag(const std::string& relation, const std::string& app) const {
    return bag_of({"relation-get", "-r", relation, "--app", "-", app});
}

Result<Bag> Tools::unit_bag(const std::string& relation, const std::string& unit) const {
    return bag_of({"relation-get", "-r", relation, "-", unit});
}

Result<std::optional<Content>> Tools::secret(const std::string& id) const {
    if (!looks_like_secret_id(id)) return std::optional<Content>();
    auto content = bag_of({"secret-get", id, "--refresh"});
    if (content.ok()) return std::optional<Content>(std::move(content).value());
    if (says_absent(content.status())) return std::optional<Content>();
    return content.status();
}

Result<std::optional<OwnedSecret>> Tools::owned_secret(const std::string& label) const {
    auto info = json_of({"secret-info-get", "--label", label});
    if (!info.ok() && says_absent(info.status())) return std::optional<OwnedSecret>();
    if (!info.ok()) return info.status();
    const auto* entries = info->if_object();
    if (entries == nullptr || entries->empty()) return std::optional<OwnedSecret>();
    OwnedSecret secret{.id = "secret:" + std::string(entries->begin()->key())};
    if (const auto* entry = entries->begin()->value().if_object()) {
        if (const auto* access = find_array(*entry, "access")) {
            for (const json::value& grant : *access) {
                if (!grant.is_object()) continue;
                const std::string target = text_at(grant.get_object(), "target");
                secret.granted_to.insert(target.substr(target.find('-') + 1));
            }
        }
    }
    TRY_ASSIGN(secret.content, bag_of({"secret-get", "--label", label, "--peek"}));
    return std::optional<OwnedSecret>(std::move(secret));
}

Result<Addresses> Tools::addresses(const std::string& binding) const {
    TRY_ASSIGN(const json::value value, json_of({"network-get", binding}));
    Addresses addresses;
    const auto* object = value.if_object();
    if (object == nullptr) return addresses;
    if (const auto* interfaces = find_array(*object, "bind-addresses")) {
        for (const json::value& interface : *interfaces) {
            if (!interface.is_object()) continue;
            const auto* list = find_array(interface.get_object(), "addresses");
            if (list == nullptr || list->empty() || !list->front().is_object()) continue;
            addresses.bind = text_at(list->front().get_object(), "value");
            addresses.host_name = text_at(list->front().get_object(), "hostname");
            break;
        }
    }
    const auto* ingress = find_array(*object, "ingress-addresses");
    addresses.ingress =
        ingress == nullptr || ingress->empty() ? addresses.bind : text_of(ingress->front());
    return addresses;
}

Result<std::set<std::string>> Tools::opened_ports() const {
    TRY_ASSIGN(const json::value value, json_of({"opened-ports"}));
    const auto ports = texts_of(value);
    return std::set<std::string>(ports.begin(), ports.end());
}

Result<UnitStatus> Tools::status() const {
    TRY_ASSIGN(const json::value value, json_of({"status-get", "--include-data"}));
    if (!value.is_object()) return UnitStatus{};
    return UnitStatus{.state = text_at(value.get_object(), "status"),
                      .message = text_at(value.get_object(), "message")};
}

Result<Bag> Tools::state() const { return bag_of({"state-get", "-"}); }

Result<json::object> Tools::action_parameters() const {
    TRY_ASSIGN(const json::value value, json_of({"action-get"}));
    return value.is_object() ? value.get_object() : json::object();
}

Status Tools::set_bag(const std::string& relation, const Bag& changes, bool app) const {
    json::object object;
    for (const auto& [key, value] : changes) object[key] = value;
    std::vector<std::string> argv{"relation-set", "-r", relation, "--file", "-"};
    if (app) argv.insert(argv.begin() + 3, "--app");
    return call(argv, json::serialize(object));
}

Status Tools::set_app_bag(const std::string& relation, const Bag& changes) const {
    return set_bag(relation, changes, true);
}

Status Tools::set_unit_bag(const std::string& relation, const Bag& changes) const {
    return set_bag(relation, changes, false);
}

Result<std::string> Tools::add_secret(const std::string& label, const Content& content) const {
    SecretFiles files;
    TRY_ASSIGN(const std::vector<std::string> values, files.write(content));
    std::vector<std::string> argv{"secret-add", "--label", label};
    argv.insert(argv.end(), values.begin(), values.end());
    TRY_ASSIGN(const std::string output, output_of(argv));
    return first_line(output);
}

Status Tools::set_secret(const std::string& id, const Content& content) const {
    SecretFiles files;
    TRY_ASSIGN(const std::vector<std::string> values, files.write(content));
    std::vector<std::string> argv{"secret-set", id};
    argv.insert(argv.end(), values.begin(), values.end());
    return call(argv);
}

Status Tools::grant_secret(const std::string& id, const std::string& relation) const {
    return call({"secret-grant", "-r", relation, id});
}

Status Tools::remove_secret(const std::string& id) const { return call({"secret-remove", id}); }

Status Tools::remove_revision(const std::string& id, const std::string& revision) const {
    return call({"secret-remove", id, "--revision", revision});
}

Status Tools::open_port(const std::string& port) const { return call({"open-port", port}); }
Status Tools::close_port(const std::string& port) const { return call({"close-port", port}); }

Status Tools::set_status(const UnitStatus& status) const {
    return call({"status-set", "--", status.state, cut_for_argument(status.message)});
}

Status Tools::set_version(const std::string& version) const {
    return call({"application-version-set", "--", version});
}

Status Tools::set_state(const std::string& key, const std::string& value) const {
    return call({"state-set", "--file", "-"}, json::serialize(json::object{{key, value}}));
}

Status Tools::set_action_results(const Bag& results) const {
    std::vector<std::string> argv{"action-set", "--"};
    for (const auto& [key, value] : results) argv.push_back(key + "=" + cut_for_argument(value));
    return call(argv);
}

Status Tools::fail_action(const std::string& message) const {
    return call({"action-fail", "--", cut_for_argument(message)});
}

Status Tools::log_action(const std::string& message) const {
    return call({"action-log", "--", cut_for_argument(message)});
}

Status Tools::log(const std::string& level, const std::string& message) const {
    return call({"juju-log", "-l", level, "--", cut_for_argument(message)});
}

}  // namespace charm::juju

#include "charm/dynamic_config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "server/config/dynamic_file.h"
#include "server/config/dynamic_values.h"
#include "server/config/flags.h"

namespace charm {

namespace {

constexpr std::size_t kDynamicConfigBytesMax = 256u << 10;

std::string option_error(const std::string& text) { return "config: dynamic-config: " + text; }

// A map from a key to a list of values, each with optional constraints, as the server's own file.
Status check_entry(const std::string& key, const YAML::Node& list) {
    if (!list.IsSequence()) {
        return server::invalid_argument(
            option_error(key + " must be a list of entries such as `- value: 2400`"));
    }
    for (const YAML::Node& entry : list) {
        if (!entry.IsMap() || !entry["value"]) {
            return server::invalid_argument(option_error(key + " has an entry without `value`"));
        }
        for (const auto& field : entry) {
            const std::string name = field.first.as<std::string>();
            const bool fine = name == "value" || (name == "constraints" &&
                                                  (field.second.IsMap() || field.second.IsNull()));
            if (fine) continue;
            return server::invalid_argument(
                option_error(key + " has an entry with `" + name +
                             "`; allowed are value and constraints (a map)"));
        }
    }
    return ok_status();
}

Result<YAML::Node> parse_option(const std::string& text) {
    if (text.size() > kDynamicConfigBytesMax) {
        return server::invalid_argument(option_error("is larger than 256 KiB"));
    }
    try {
        YAML::Node node = YAML::Load(text);
        if (node.IsNull()) return YAML::Node(YAML::NodeType::Map);
        if (!node.IsMap()) {
            return server::invalid_argument(option_error("is not a YAML map of keys"));
        }
        for (const auto& entry : node) {
            TRY(check_entry(entry.first.as<std::string>(), entry.second));
        }
        return node;
    } catch (const YAML::Exception& failure) {
        return server::invalid_argument(
            option_error(std::string("is not YAML: ") + failure.what()));
    }
}

struct NamespaceRate {
    std::string name;
    std::int64_t rate = 0;
};

// ns:rate|ns:rate
Result<std::vector<NamespaceRate>> parse_rates(const std::string& text) {
    std::vector<NamespaceRate> rates;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t bar = std::min(text.find('|', at), text.size());
        const std::string pair = text.substr(at, bar - at);
        at = bar + 1;
        const std::size_t colon = pair.rfind(':');
        const auto rate = colon == std::string::npos
                              ? std::nullopt
                              : server::config::parse_integer(pair.substr(colon + 1));
        if (colon == 0 || !rate || *rate < 0) {
            return server::invalid_argument(
                "config: namespace-rps-limit: '" + pair +
                "' is not NAMESPACE:RATE; several are joined by |, as in a:100|b:200");
        }
        rates.push_back({.name = pair.substr(0, colon), .rate = *rate});
    }
    return rates;
}

// The server compares keys without regard to case; Temporal writes frontend.namespaceRPS.
bool has_key(const YAML::Node& node, std::string_view key) {
    return std::any_of(node.begin(), node.end(), [key](const auto& entry) {
        return server::config::lower_case(entry.first.template as<std::string>()) ==
               server::config::lower_case(key);
    });
}

void emit(YAML::Emitter& out, const std::vector<NamespaceRate>& rates, std::int64_t global) {
    out << YAML::Key << "frontend.namespacerps" << YAML::Value << YAML::BeginSeq;
    for (const NamespaceRate& rate : rates) {
        out << YAML::BeginMap << YAML::Key << "value" << YAML::Value << rate.rate << YAML::Key
            << "constraints" << YAML::Value << YAML::BeginMap << YAML::Key << "namespace"
            << YAML::Value << rate.name << YAML::EndMap << YAML::EndMap;
    }
    out << YAML::BeginMap << YAML::Key << "value" << YAML::Value << global << YAML::Key
        << "constraints" << YAML::Value << YAML::Flow << YAML::BeginMap << YAML::EndMap
        << YAML::EndMap << YAML::EndSeq;
}

}  // namespace

Result<std::string> dynamic_config_of(const Options& options) {
    TRY_ASSIGN(const std::vector<NamespaceRate> rates, parse_rates(options.namespace_rps_limit));
    TRY_ASSIGN(const YAML::Node more, parse_option(options.dynamic_config));
    YAML::Emitter out;
    out << YAML::BeginMap;
    // What the operator wrote wins over what an option of its own says.
    if (!has_key(more, "frontend.namespacerps")) emit(out, rates, options.global_rps_limit);
    if (!has_key(more, "matching.longPollExpirationInterval")) {
        out << YAML::Key << "matching.longPollExpirationInterval" << YAML::Value << YAML::BeginSeq
            << YAML::BeginMap << YAML::Key << "value" << YAML::Value << YAML::DoubleQuoted
            << options.long_poll_interval << YAML::EndMap << YAML::EndSeq;
    }
    for (const auto& entry : more) {
        out << YAML::Key << entry.first.as<std::string>() << YAML::Value << entry.second;
    }
    out << YAML::EndMap;
    std::string text = std::string(out.c_str()) + "\n";
    // The server's own reader has the last word.
    const auto read = server::config::parse_dynamic_file("dynamic-config", text);
    if (!read.ok()) return server::invalid_argument(option_error(read.status().message()));
    return text;
}

}  // namespace charm

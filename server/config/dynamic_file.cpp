#include "server/config/dynamic_file.h"

#include <yaml-cpp/yaml.h>

#include <array>
#include <charconv>
#include <set>

#include "server/config/flags.h"
#include "server/config/read_text.h"

namespace server::config {

namespace {

constexpr int kValueDepthMax = 32;
constexpr int kValueNodesMax = 10'000;  // aliases can make a small file endless

int line_of(const YAML::Node& node) { return node.Mark().is_null() ? 0 : node.Mark().line + 1; }

// A plain YAML scalar is what it looks like; one in quotes is a text.
boost::json::value scalar_value(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!") return boost::json::string(text);
    if (text == "true" || text == "True") return true;
    if (text == "false" || text == "False") return false;
    if (const auto number = parse_integer(text)) return *number;
    double fraction = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), fraction);
    if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size()) return fraction;
    return boost::json::string(text);
}

std::optional<boost::json::value> to_json(const YAML::Node& node, int& nodes_left, int depth) {
    if (--nodes_left < 0 || depth > kValueDepthMax) return std::nullopt;
    if (!node.IsDefined() || node.IsNull()) return boost::json::value(nullptr);
    if (node.IsScalar()) return scalar_value(node);
    boost::json::array list;
    boost::json::object map;
    for (const auto& child : node) {
        auto value = to_json(node.IsMap() ? child.second : child, nodes_left, depth + 1);
        if (!value || (node.IsMap() && !child.first.IsScalar())) return std::nullopt;
        if (node.IsMap()) {
            map[child.first.Scalar()] = std::move(*value);
        } else {
            list.push_back(std::move(*value));
        }
    }
    if (node.IsMap()) return map;
    return list;
}

std::optional<int> task_type_of(const std::string& text) {
    const std::string word = lower_case(text);
    if (word == "workflow" || word == "1") return 1;
    if (word == "activity" || word == "2") return 2;
    if (word == "nexus" || word == "3") return 3;
    return std::nullopt;
}

class DynamicReader {
public:
    DynamicReader(const std::string& name, DynamicFile& file, Findings& findings)
        : name_(name), file_(file), findings_(findings) {}

    void read(const YAML::Node& root) {
        if (!root.IsDefined() || root.IsNull()) return;  // an empty file has no values
        if (!root.IsMap()) return error(root, "", "is not a map of keys and lists of values");
        std::set<std::string> seen;
        for (const auto& entry : root) {
            if (!entry.first.IsScalar()) {
                error(entry.first, "", "a key must be a word");
                continue;
            }
            const std::string& key = entry.first.Scalar();
            if (!seen.insert(lower_case(key)).second) {
                error(entry.first, key, "the key is there twice; keep one");
            }
            read_values(key, entry.second);
        }
    }

private:
    void read_values(const std::string& key, const YAML::Node& list) {
        if (!list.IsSequence()) {
            return error(list, key, "is not a list of entries such as \"- value: 10\"");
        }
        for (const auto& entry : list) read_entry(key, entry);
    }

    void read_entry(const std::string& key, const YAML::Node& entry) {
        if (!entry.IsMap()) return error(entry, key, "an entry is a map with value");
        DynamicValue value{.value = nullptr, .place = name_ + ":" + std::to_string(line_of(entry))};
        bool has_value = false;
        for (const auto& field : entry) {
            const std::string name = field.first.IsScalar() ? lower_case(field.first.Scalar()) : "";
            if (name == "value") {
                has_value = true;
                int nodes_left = kValueNodesMax;
                auto json = to_json(field.second, nodes_left, 0);
                if (!json) return error(field.second, key, "a value too deep or too large");
                value.value = std::move(*json);
            } else if (name == "constraints") {
                read_constraints(key, field.second, value.constraints);
            } else {
                error(field.first, key, "an entry has value and constraints, not \"" + name + "\"");
            }
        }
        if (!has_value) return error(entry, key, "an entry without value");
        file_.values.add(key, std::move(value));
    }

    void read_constraints(const std::string& key, const YAML::Node& node,
                          Constraints& constraints) {
        if (!node.IsDefined() || node.IsNull()) return;
        if (!node.IsMap()) return error(node, key, "constraints is not a map");
        for (const auto& field : node) {
            const std::string name = field.first.IsScalar() ? lower_case(field.first.Scalar()) : "";
            if (!field.second.IsScalar()) {
                error(field.first, key, "constraint " + name + " is not a single value");
            } else {
                read_constraint(key, name, field.second, constraints);
            }
        }
    }

    void read_constraint(const std::string& key, const std::string& name, const YAML::Node& node,
                         Constraints& constraints) {
        struct TextConstraint {
            std::string_view name;
            std::optional<std::string> Constraints::*field;
        };
        static constexpr std::array<TextConstraint, 6> kTexts{
            {{"namespace", &Constraints::namespace_name},
             {"namespaceid", &Constraints::namespace_id},
             {"taskqueuename", &Constraints::task_queue_name},
             {"historytasktype", &Constraints::history_task_type},
             {"destination", &Constraints::destination},
             {"chasmtasktype", &Constraints::chasm_task_type}}};
        const std::string& text = node.Scalar();
        for (const TextConstraint& row : kTexts) {
            if (row.name != name) continue;
            constraints.*row.field = text;
            return;
        }
        if (name == "tasktype") {
            constraints.task_type = task_type_of(text);
            if (!constraints.task_type) {
                error(node, key,
                      "constraint taskType: \"" + text + "\" is not Workflow, Activity or Nexus");
            }
        } else if (name == "shardid") {
            constraints.shard_id = parse_integer(text);
            if (!constraints.shard_id) {
                error(node, key, "constraint shardID: \"" + text + "\" is not a whole number");
            }
        } else {
            error(node, key,
                  "unknown constraint \"" + name +
                      "\": use namespace, namespaceID, taskQueueName, taskType, shardID, "
                      "historyTaskType, destination or chasmTaskType");
        }
    }

    void error(const YAML::Node& node, const std::string& key, const std::string& text) {
        findings_.error({name_, line_of(node), key, text});
    }

    const std::string& name_;
    DynamicFile& file_;
    Findings& findings_;
};

}  // namespace

Result<DynamicFile> parse_dynamic_file(const std::string& name, const std::string& text) {
    DynamicFile file;
    Findings findings;
    try {
        DynamicReader(name, file, findings).read(YAML::Load(text));
    } catch (const YAML::Exception& failure) {
        const int line = failure.mark.is_null() ? 0 : failure.mark.line + 1;
        findings.error({name, line, "", "no valid YAML: " + failure.msg});
    }
    if (!findings.errors().empty()) return invalid_argument(to_string(findings.errors()));
    file.warnings = findings.warnings();
    return file;
}

Result<DynamicFile> read_dynamic_file(const std::string& path) {
    TRY_ASSIGN(const std::string text,
               read_text("dynamic config file", path, kDynamicFileBytesMax));
    return parse_dynamic_file(path, text);
}

}  // namespace server::config

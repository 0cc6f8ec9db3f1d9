#include "server/config/yaml_reader.h"

#include <algorithm>
#include <set>

#include "server/config/duration.h"
#include "server/config/flags.h"

namespace server::config {

namespace {

// Aliases can make a small file endless, so looking for something that is set gives up and says
// yes.
constexpr int kNodesVisitedMax = 10'000;
constexpr int kDepthMax = 64;

bool asks_for_something(const YAML::Node& node, int& nodes_left, int depth) {
    if (--nodes_left < 0 || depth > kDepthMax) return true;
    if (node.IsScalar()) {
        const std::string& text = node.Scalar();
        return !text.empty() && text != "false" && text != "0" && text != "disabled";
    }
    if (node.IsSequence() && node.size() == 0) return false;
    for (const auto& child : node) {
        const YAML::Node& value = node.IsMap() ? child.second : child;
        if (asks_for_something(value, nodes_left, depth + 1)) return true;
    }
    return false;
}

bool asks_for_something(const YAML::Node& node) {
    int nodes_left = kNodesVisitedMax;
    return node.IsDefined() && asks_for_something(node, nodes_left, 0);
}

std::string joined(const std::vector<std::string_view>& words) {
    std::string text;
    for (const auto word : words) text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

std::string described(const YAML::Node& node) {
    constexpr std::size_t kShownBytesMax = 200;
    if (node.IsMap()) return "a map";
    if (node.IsSequence()) return "a list";
    return "\"" + node.Scalar().substr(0, kShownBytesMax) + "\"";
}

}  // namespace

YamlReader::YamlReader(YAML::Node node, std::string file, std::string path, Findings& findings)
    : node_(std::move(node)), file_(std::move(file)), path_(std::move(path)), findings_(findings) {
    if (!node_.IsDefined() || node_.IsNull()) {
        node_.reset(YAML::Node(YAML::NodeType::Map));  // assigning would change the document
    } else if (!node_.IsMap()) {
        findings_.error(finding(node_, "", described(node_) + " is not a map of keys and values"));
        node_.reset(YAML::Node(YAML::NodeType::Map));
    }
    if (path_.empty()) findings_.note_place("", file_, 0);
    report_repeated_keys();
}

std::string YamlReader::path_of(std::string_view key) const {
    if (path_.empty() || key.empty()) return path_ + std::string(key);
    return path_ + "." + std::string(key);
}

Finding YamlReader::finding(const YAML::Node& node, std::string_view key, std::string text) const {
    const int line = node.Mark().is_null() ? 0 : node.Mark().line + 1;
    return {.file = file_, .line = line, .key = path_of(key), .text = std::move(text)};
}

void YamlReader::wrong(std::string_view key, const YAML::Node& node, const std::string& wanted) {
    findings_.error_at(path_of(key), described(node) + " is not " + wanted);
}

void YamlReader::report_repeated_keys() {
    std::set<std::string> seen;
    for (const auto& entry : node_) {
        if (!entry.first.IsScalar()) {
            findings_.error(finding(entry.first, "", "a key must be a word"));
        } else if (!seen.insert(entry.first.Scalar()).second) {
            findings_.error(
                finding(entry.first, entry.first.Scalar(), "the key is there twice; keep one"));
        }
    }
}

YAML::Node YamlReader::take(std::string_view key) {
    known_.emplace_back(key);
    for (const auto& entry : node_) {
        if (!entry.first.IsScalar() || entry.first.Scalar() != key) continue;
        findings_.note_place(path_of(key), file_, entry.first.Mark().line + 1);
        if (!entry.second.IsNull()) return entry.second;
    }
    return YAML::Node(YAML::NodeType::Undefined);
}

std::optional<std::string> YamlReader::take_scalar(std::string_view key) {
    const YAML::Node node = take(key);
    if (!node.IsDefined()) return std::nullopt;
    if (node.IsScalar()) return node.Scalar();
    wrong(key, node, "a single value");
    return std::nullopt;
}

void YamlReader::value(std::string_view key, std::string& field) {
    if (auto text = take_scalar(key)) field = std::move(*text);
}

void YamlReader::value(std::string_view key, bool& field) {
    const auto text = take_scalar(key);
    if (!text) return;
    static const std::set<std::string_view> kTrue{"true", "True", "TRUE", "yes", "on"};
    static const std::set<std::string_view> kFalse{"false", "False", "FALSE", "no", "off", ""};
    if (!kTrue.contains(*text) && !kFalse.contains(*text)) {
        return wrong(key, take(key), "true or false");
    }
    field = kTrue.contains(*text);
}

std::int64_t YamlReader::whole_number(std::string_view key, std::int64_t present,
                                      std::int64_t minimum, std::int64_t maximum) {
    const auto text = take_scalar(key);
    if (!text) return present;
    const auto number = parse_integer(*text);
    if (number && *number >= minimum && *number <= maximum) return *number;
    wrong(key, take(key),
          "a whole number from " + std::to_string(minimum) + " to " + std::to_string(maximum));
    return present;
}

void YamlReader::value(std::string_view key, std::uint16_t& port) {
    port = static_cast<std::uint16_t>(whole_number(key, port, 0, 65535));
}

void YamlReader::value(std::string_view key, Duration& field) {
    const auto text = take_scalar(key);
    if (!text) return;
    const auto duration = parse_duration(*text);
    if (!duration) return wrong(key, take(key), "a duration such as 300ms, 10s or 1h30m");
    field = *duration;
}

void YamlReader::value(std::string_view key, std::map<std::string, std::string>& field) {
    const YAML::Node node = take(key);
    if (!node.IsDefined()) return;
    if (!node.IsMap()) return wrong(key, node, "a map of texts");
    for (const auto& entry : node) {
        if (!entry.first.IsScalar() || !entry.second.IsScalar()) {
            wrong(key, entry.first, "a pair of texts");
            continue;
        }
        field[entry.first.Scalar()] = entry.second.Scalar();
    }
}

// Templates leave empty entries behind; they mean nothing.
void YamlReader::value(std::string_view key, std::vector<std::string>& field) {
    const YAML::Node node = take(key);
    if (!node.IsDefined()) return;
    if (!node.IsSequence()) return wrong(key, node, "a list of texts");
    std::vector<std::string> texts;
    for (const auto& entry : node) {
        if (entry.IsMap() || entry.IsSequence()) return wrong(key, entry, "a text");
        if (entry.IsScalar() && !entry.Scalar().empty()) texts.push_back(entry.Scalar());
    }
    field = std::move(texts);
}

void YamlReader::choice(std::string_view key, std::string& field,
                        const std::vector<std::string_view>& allowed) {
    auto text = take_scalar(key);
    if (!text || text->empty()) return;
    if (std::find(allowed.begin(), allowed.end(), *text) == allowed.end()) {
        return wrong(key, take(key), "one of " + joined(allowed));
    }
    field = std::move(*text);
}

void YamlReader::secret(std::string_view key, std::string& field) {
    const YAML::Node node = take(key);
    if (!node.IsDefined()) return;
    if (!node.IsScalar()) return findings_.error_at(path_of(key), "is not a single value");
    field = node.Scalar();
}

void YamlReader::command(std::string_view key, std::vector<std::string>& field) {
    const YAML::Node node = take(key);
    if (!node.IsDefined()) return;
    if (node.IsSequence()) return value(key, field);
    if (!node.IsScalar()) return wrong(key, node, "a command line or a list of its words");
    field.clear();
    if (!node.Scalar().empty()) field = {"/bin/sh", "-c", node.Scalar()};
}

void YamlReader::each_map(std::string_view key, const std::function<void(YamlReader&)>& read) {
    const YAML::Node node = take(key);
    if (!node.IsDefined()) return;
    YamlReader child(node, file_, path_of(key), findings_);
    read(child);
    child.finish();
}

void YamlReader::each_entry(std::string_view key, const std::vector<std::string>& names,
                            const std::function<void(const std::string& name, YamlReader&)>& read) {
    const YAML::Node node = take(key);
    if (!node.IsDefined()) return;
    YamlReader entries(node, file_, path_of(key), findings_);
    for (const auto& entry : entries.node_) {
        if (!entry.first.IsScalar()) continue;
        const std::string& name = entry.first.Scalar();
        if (!names.empty() && std::find(names.begin(), names.end(), name) == names.end()) continue;
        YamlReader child(entries.take(name), file_, entries.path_of(name), findings_);
        read(name, child);
        child.finish();
    }
    entries.known_.insert(entries.known_.end(), names.begin(), names.end());
    entries.finish();
}

void YamlReader::not_built(std::string_view key) {
    if (!asks_for_something(take(key))) return;
    findings_.warning_at(path_of(key), "not built yet, without effect");
}

void YamlReader::refused(std::string_view key, std::string_view why) {
    if (!asks_for_something(take(key))) return;
    findings_.error_at(path_of(key), "not built yet: " + std::string(why));
}

void YamlReader::finish() {
    for (const auto& entry : node_) {
        if (!entry.first.IsScalar()) continue;
        const std::string& key = entry.first.Scalar();
        if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
        const std::vector<std::string_view> candidates(known_.begin(), known_.end());
        const std::string_view near = nearest(key, candidates);
        const std::string hint = near.empty() ? "" : "; did you mean " + std::string(near) + "?";
        findings_.warning(finding(entry.first, key, "unknown key, without effect" + hint));
    }
}

}  // namespace server::config

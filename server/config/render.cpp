#include "server/config/render.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>

namespace server::config {

namespace {

// What another YAML reader would take for something else than a text.
bool needs_quotes(const std::string& text) {
    constexpr std::string_view kPlainMarks = "-_./:, ";
    if (text.empty() || text.back() == ' ' || text.back() == ':') return true;
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool plain =
            letter || (c >= '0' && c <= '9') || kPlainMarks.find(c) != std::string_view::npos;
        if (!plain) return true;
    }
    const char first = text.front();
    const bool starts_as_word =
        (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '/';
    constexpr std::array<std::string_view, 10> kWords{"true", "false", "yes", "no",   "on",
                                                      "off",  "null",  "y",   "True", "False"};
    return !starts_as_word || std::find(kWords.begin(), kWords.end(), text) != kWords.end();
}

void print(YAML::Emitter& out, const YamlTree& tree) {
    switch (tree.kind) {
    case YamlTree::Kind::scalar:
        if (tree.quoted && needs_quotes(tree.scalar)) out << YAML::DoubleQuoted;
        out << tree.scalar;
        break;
    case YamlTree::Kind::list:
        out << YAML::BeginSeq;
        for (const auto& [unused, item] : tree.children) print(out, item);
        out << YAML::EndSeq;
        break;
    case YamlTree::Kind::map:
        out << YAML::BeginMap;
        for (const auto& [name, child] : tree.children) {
            out << YAML::Key << name << YAML::Value;
            print(out, child);
        }
        out << YAML::EndMap;
        break;
    }
}

}  // namespace

std::string to_yaml(const Config& config, Secrets secrets) {
    Config written = config;  // a visitor may change what it visits; this one does not
    YamlWriter writer(secrets);
    describe(writer, written);
    YAML::Emitter out;
    print(out, writer.take());
    return std::string(out.c_str()) + "\n";
}

}  // namespace server::config

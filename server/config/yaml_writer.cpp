#include "server/config/yaml_writer.h"

#include <algorithm>

#include "server/base/mutant.h"
#include "server/config/duration.h"

namespace server::config {

namespace {

constexpr std::string_view kHiddenText = "(not shown)";

// To the nanosecond, which Go's form of a text does not always keep here.
std::string exact_text(Duration duration) {
    if (duration == Duration{}) return {};
    std::string text = to_string(duration);
    if (parse_duration(text) == duration) return text;
    return std::to_string(duration.count()) + "ns";
}

// Attributes of a connection may carry one too.
bool is_secret(const std::string& name) {
    return name.find("password") != std::string::npos || name.find("token") != std::string::npos;
}

}  // namespace

bool YamlTree::says_nothing() const {
    if (shown_when_empty) return false;
    if (kind == Kind::scalar) return scalar.empty();
    return std::all_of(children.begin(), children.end(),
                       [](const auto& child) { return child.second.says_nothing(); });
}

void YamlWriter::add(std::string_view key, YamlTree tree) {
    if (!tree.says_nothing()) tree_.children.emplace_back(key, std::move(tree));
}

void YamlWriter::add_even_if_empty(std::string_view key, YamlTree tree) {
    tree.shown_when_empty = true;
    add(key, std::move(tree));
}

void YamlWriter::plain(std::string_view key, std::string scalar) {
    add(key, {.kind = YamlTree::Kind::scalar, .scalar = std::move(scalar)});
}

void YamlWriter::value(std::string_view key, const std::string& field) {
    add(key, {.kind = YamlTree::Kind::scalar, .scalar = field, .quoted = true});
}

void YamlWriter::value(std::string_view key, bool field) { plain(key, field ? "true" : ""); }

void YamlWriter::value(std::string_view key, std::uint16_t port) {
    plain(key, port == 0 ? "" : std::to_string(port));
}

void YamlWriter::value(std::string_view key, Duration field) { plain(key, exact_text(field)); }

void YamlWriter::value(std::string_view key, const std::map<std::string, std::string>& field) {
    YamlWriter child(secrets_);
    for (const auto& [name, text] : field) {
        const bool hidden = secrets_ == Secrets::hidden && is_secret(name);
        child.add_even_if_empty(name, {.kind = YamlTree::Kind::scalar,
                                       .scalar = hidden ? std::string(kHiddenText) : text,
                                       .quoted = true});
    }
    add(key, child.take());
}

void YamlWriter::value(std::string_view key, const std::vector<std::string>& field) {
    YamlTree list{.kind = YamlTree::Kind::list};
    for (const std::string& text : field) {
        YamlTree item{.kind = YamlTree::Kind::scalar, .scalar = text, .quoted = true};
        list.children.emplace_back("", std::move(item));
    }
    add(key, std::move(list));
}

void YamlWriter::secret(std::string_view key, const std::string& field) {
    if (field.empty()) return;
    const bool hidden = secrets_ == Secrets::hidden && !mutant("secrets_shown");
    value(key, hidden ? std::string(kHiddenText) : field);
}

void YamlWriter::present(std::string_view key, bool field) {
    if (field) add_even_if_empty(key, {});
}

}  // namespace server::config

#pragma once
// How a configuration becomes YAML: a visitor of keys.h that gathers a tree, which render.cpp
// prints. What is not set stays out, so that reading the text again gives the same configuration.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/config/keys.h"

namespace server::config {

// A YAML value; in order, as the keys are listed.
struct YamlTree {
    enum class Kind { scalar, list, map };
    Kind kind = Kind::map;
    std::string scalar{};
    bool quoted = false;                                       // a text, so that 08 stays one
    std::vector<std::pair<std::string, YamlTree>> children{};  // of a list: without names
    bool shown_when_empty = false;

    bool says_nothing() const;
    bool operator==(const YamlTree&) const = default;
};

enum class Secrets { hidden, written };

class YamlWriter {
public:
    explicit YamlWriter(Secrets secrets) : secrets_(secrets) {}
    YamlTree take() { return std::move(tree_); }

    void value(std::string_view key, const std::string& field);
    void value(std::string_view key, bool field);
    void value(std::string_view key, std::uint16_t port);
    void value(std::string_view key, Duration field);
    void value(std::string_view key, const std::map<std::string, std::string>& field);
    void value(std::string_view key, const std::vector<std::string>& field);
    void choice(std::string_view key, const std::string& field,
                const std::vector<std::string_view>&) {
        value(key, field);
    }
    template <class Number>
    void number(std::string_view key, Number field, std::int64_t, std::int64_t) {
        plain(key, field == 0 ? "" : std::to_string(field));
    }
    void secret(std::string_view key, const std::string& field);
    void command(std::string_view key, const std::vector<std::string>& field) { value(key, field); }
    template <class Section>
    void section(std::string_view key, Section& field) {
        add(key, tree_of(field));
    }
    template <class Section>
    void section(std::string_view key, std::optional<Section>& field) {
        if (field) add_even_if_empty(key, tree_of(*field));
    }
    template <class Each>
    void entries(std::string_view key, std::map<std::string, Each>& field,
                 const std::vector<std::string>&) {
        YamlWriter child(secrets_);
        for (auto& [name, each] : field) child.add_even_if_empty(name, tree_of(each));
        add(key, child.take());
    }
    template <class Each>
    void services(std::string_view key, std::map<std::string, Each>& field,
                  const std::vector<std::string>&) {
        YamlWriter child(secrets_);
        for (auto& [name, each] : field) {
            ServiceKeys keys{&each};
            child.add_even_if_empty(name, tree_of(keys));
        }
        add(key, child.take());
    }
    void ignored(std::string_view) {}
    void not_built(std::string_view) {}
    void refused(std::string_view, std::string_view) {}
    void present(std::string_view key, bool field);

private:
    template <class Section>
    YamlTree tree_of(Section& section) const {
        YamlWriter child(secrets_);
        describe(child, section);
        return child.take();
    }
    void plain(std::string_view key, std::string scalar);
    void add(std::string_view key, YamlTree tree);
    void add_even_if_empty(std::string_view key, YamlTree tree);

    Secrets secrets_;
    YamlTree tree_;
};

}  // namespace server::config

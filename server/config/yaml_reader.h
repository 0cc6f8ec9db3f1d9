#pragma once
// How one map of a YAML file becomes fields: a visitor of keys.h. A wrong value is a finding with
// its line and what is allowed, and leaves the field as it was. Only this folder's .cpp files
// include it: yaml-cpp's types and exceptions stay here.

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/time.h"
#include "server/config/finding.h"
#include "server/config/keys.h"

namespace server::config {

class YamlReader {
public:
    // A node that is no map is a finding; null counts as an empty map.
    YamlReader(YAML::Node node, std::string file, std::string path, Findings& findings);

    // The verbs of keys.h. A key that the map lacks leaves its field as it is.
    void value(std::string_view key, std::string& field);
    void value(std::string_view key, bool& field);
    void value(std::string_view key, std::uint16_t& port);
    void value(std::string_view key, Duration& field);
    void value(std::string_view key, std::map<std::string, std::string>& field);
    void value(std::string_view key, std::vector<std::string>& field);
    void choice(std::string_view key, std::string& field,
                const std::vector<std::string_view>& allowed);
    template <class Number>
    void number(std::string_view key, Number& field, std::int64_t minimum, std::int64_t maximum) {
        field = static_cast<Number>(whole_number(key, field, minimum, maximum));
    }
    void secret(std::string_view key, std::string& field);
    void command(std::string_view key, std::vector<std::string>& field);
    template <class Section>
    void section(std::string_view key, Section& field) {
        each_map(key, [&field](YamlReader& child) { describe(child, field); });
    }
    template <class Section>
    void section(std::string_view key, std::optional<Section>& field) {
        each_map(key, [&field](YamlReader& child) {
            if (!field) field.emplace();
            describe(child, *field);
        });
    }
    template <class Each>
    void entries(std::string_view key, std::map<std::string, Each>& field,
                 const std::vector<std::string>& names) {
        each_entry(key, names, [&field](const std::string& name, YamlReader& child) {
            describe(child, field[name]);
        });
    }
    template <class Each>
    void services(std::string_view key, std::map<std::string, Each>& field,
                  const std::vector<std::string>& names) {
        each_entry(key, names, [&field](const std::string& name, YamlReader& child) {
            ServiceKeys keys{&field[name]};
            describe(child, keys);
        });
    }
    void ignored(std::string_view key) { take(key); }
    void not_built(std::string_view key);
    void refused(std::string_view key, std::string_view why);
    void present(std::string_view key, bool& field) { field = field || take(key).IsDefined(); }

    // Reports every key that nobody asked for.
    void finish();

private:
    // Calls `read` with the map under the key, when there is one, and finishes it.
    void each_map(std::string_view key, const std::function<void(YamlReader&)>& read);
    // The same for each entry of a map of maps; with `names`, other entries are unknown keys.
    void each_entry(std::string_view key, const std::vector<std::string>& names,
                    const std::function<void(const std::string& name, YamlReader&)>& read);
    std::int64_t whole_number(std::string_view key, std::int64_t present, std::int64_t minimum,
                              std::int64_t maximum);
    // The value of the key, marked as known; an invalid node when it is absent or null.
    YAML::Node take(std::string_view key);
    // The text under the key; none when it is absent or (a finding) no single value.
    std::optional<std::string> take_scalar(std::string_view key);
    void wrong(std::string_view key, const YAML::Node& node, const std::string& wanted);
    Finding finding(const YAML::Node& node, std::string_view key, std::string text) const;
    std::string path_of(std::string_view key) const;
    void report_repeated_keys();

    YAML::Node node_;
    std::string file_;
    std::string path_;
    Findings& findings_;
    std::vector<std::string> known_;
};

}  // namespace server::config

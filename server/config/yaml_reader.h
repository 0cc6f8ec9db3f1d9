#pragma once
// How one map of a YAML file becomes fields. Each read() takes a key that the map may have; a wrong
// value is a finding with its line and what is allowed, and leaves the field as it was. finish()
// reports every key that nobody asked for. Only this folder's .cpp files include it: yaml-cpp's
// types and exceptions stay here.

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/time.h"
#include "server/config/finding.h"

namespace server::config {

class YamlReader {
public:
    // A node that is no map is a finding; null counts as an empty map.
    YamlReader(YAML::Node node, std::string file, std::string path, Findings& findings);

    void read(std::string_view key, std::string& value);
    void read(std::string_view key, bool& value);
    void read(std::string_view key, std::int64_t& value, std::int64_t minimum,
              std::int64_t maximum);
    void read(std::string_view key, std::uint16_t& port);
    void read(std::string_view key, Duration& value);
    void read(std::string_view key, std::map<std::string, std::string>& values);
    // A text that must be one of these words.
    void read_choice(std::string_view key, std::string& value,
                     const std::vector<std::string_view>& allowed);

    // Calls `read` with the map under the key, when there is one, and finishes it.
    void read_map(std::string_view key, const std::function<void(YamlReader&)>& read);
    // The same for each entry of a map of maps; with `names`, other entries are unknown keys.
    void read_each(std::string_view key, const std::vector<std::string_view>& names,
                   const std::function<void(const std::string& name, YamlReader&)>& read);

    // A key of the original server whose function is not built yet: a warning when it asks for
    // something.
    void not_built(std::string_view key);
    // The same where going on without it would be unsafe: an error when it asks for something.
    void refuse(std::string_view key, std::string_view why);
    // A key without meaning for this server, in whatever form.
    void ignore(std::string_view key) { take(key); }

    bool has(std::string_view key) const;
    void finish();

private:
    // The value of the key, marked as known; an invalid node when it is absent or null.
    YAML::Node take(std::string_view key);
    std::string take_scalar(std::string_view key, bool& present);
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

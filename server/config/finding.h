#pragma once
// What reading a configuration file brought to light: one line each, with the place.

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace server::config {

struct Finding {
    std::string file;
    int line = 0;     // from 1; 0 when it is about the file as a whole
    std::string key;  // dotted path, may be empty
    std::string text;

    // config/development.yaml:12: log.level: "loud" is not one of debug, info, ...
    std::string to_string() const;
};

// Collects findings; what comes after kFindingsMax of a kind is left out.
class Findings {
public:
    static constexpr std::size_t kFindingsMax = 50;

    // Where a key stood, for what is found out about it later.
    void note_place(const std::string& key, const std::string& file, int line) {
        places_[key] = {file, line};
    }
    void error_at(const std::string& key, std::string text) { error(at(key, std::move(text))); }
    void warning_at(const std::string& key, std::string text) { warning(at(key, std::move(text))); }

    void error(Finding finding) { keep(errors_, std::move(finding)); }
    void warning(Finding finding) { keep(warnings_, std::move(finding)); }

    const std::vector<Finding>& errors() const { return errors_; }
    const std::vector<Finding>& warnings() const { return warnings_; }

private:
    // A key that is missing has the place of the nearest map around it.
    Finding at(const std::string& key, std::string text) const;
    static void keep(std::vector<Finding>& findings, Finding finding);

    std::map<std::string, std::pair<std::string, int>> places_;
    std::vector<Finding> errors_;
    std::vector<Finding> warnings_;
};

// One per line.
std::string to_string(const std::vector<Finding>& findings);

}  // namespace server::config

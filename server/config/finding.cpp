#include "server/config/finding.h"

namespace server::config {

std::string Finding::to_string() const {
    std::string place = file;
    if (line > 0) place += ":" + std::to_string(line);
    if (!key.empty()) place += (place.empty() ? "" : ": ") + key;
    return place.empty() ? text : place + ": " + text;
}

Finding Findings::at(const std::string& key, std::string text) const {
    std::string known = key;
    while (!places_.contains(known) && !known.empty()) {
        const std::size_t dot = known.rfind('.');
        known.erase(dot == std::string::npos ? 0 : dot);
    }
    const auto place = places_.find(known);
    if (place == places_.end()) return {.file = "", .line = 0, .key = key, .text = std::move(text)};
    const auto& [file, line] = place->second;
    return {.file = file, .line = line, .key = key, .text = std::move(text)};
}

void Findings::keep(std::vector<Finding>& findings, Finding finding) {
    if (findings.size() < kFindingsMax) findings.push_back(std::move(finding));
}

std::string to_string(const std::vector<Finding>& findings) {
    std::string lines;
    for (const Finding& finding : findings) {
        lines += (lines.empty() ? "" : "\n") + finding.to_string();
    }
    return lines;
}

}  // namespace server::config

#include "server/config/load.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "server/config/read_config.h"

namespace server::config {

namespace {

Result<std::string> read_text(const std::string& path) {
    std::error_code failure;
    const auto status = std::filesystem::status(path, failure);
    if (!std::filesystem::exists(status)) {
        return not_found("configuration file " + path + " does not exist");
    }
    if (std::filesystem::is_directory(status)) {
        return invalid_argument("configuration file " + path + " is a directory");
    }
    std::ifstream file(path, std::ios::binary);
    std::string text(kConfigFileBytesMax + 1, '\0');
    if (!file.read(text.data(), static_cast<std::streamsize>(text.size())) && !file.eof()) {
        return invalid_argument("configuration file " + path + " cannot be read");
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > kConfigFileBytesMax) {
        return invalid_argument("configuration file " + path + " is larger than " +
                                std::to_string(kConfigFileBytesMax) + " bytes");
    }
    return text;
}

// As the original server decides it.
bool is_template(const std::string& text) {
    constexpr std::size_t kMarkWithinBytes = 1024;
    return text.substr(0, kMarkWithinBytes).find("# enable-template") != std::string::npos;
}

void read_file(const std::string& name, const std::string& text, Config& config,
               Findings& findings) {
    if (is_template(text)) {
        return findings.error(
            {name, 1, "", "templates (# enable-template) are not built yet; give a plain file"});
    }
    try {
        YamlReader file(YAML::Load(text), name, "", findings);
        read_config(file, config);
        file.finish();
    } catch (const YAML::Exception& failure) {
        const int line = failure.mark.is_null() ? 0 : failure.mark.line + 1;
        findings.error({name, line, "", "no valid YAML: " + failure.msg});
    }
}

Result<Loaded> checked(Loaded loaded, const Findings& findings) {
    if (!findings.errors().empty()) return invalid_argument(to_string(findings.errors()));
    loaded.warnings = findings.warnings();
    return loaded;
}

std::vector<std::string> candidates(const Sources& sources) {
    if (!sources.file.empty()) return {sources.file};
    const std::filesystem::path folder = std::filesystem::path(sources.root) / sources.directory;
    std::vector<std::string> paths{folder / "base.yaml", folder / (sources.environment + ".yaml")};
    if (!sources.zone.empty()) {
        paths.push_back(folder / (sources.environment + "_" + sources.zone + ".yaml"));
    }
    return paths;
}

}  // namespace

Result<Loaded> load(const Sources& sources) {
    Loaded loaded;
    Findings findings;
    std::string looked_for;
    for (const std::string& path : candidates(sources)) {
        const auto text = read_text(path);
        if (!text.ok() && text.status().code() == Code::NotFound) {
            looked_for += (looked_for.empty() ? "" : ", ") + path;
            continue;
        }
        if (!text.ok()) return text.status();
        read_file(path, *text, loaded.config, findings);
        loaded.files.push_back(path);
    }
    if (loaded.files.empty()) {
        return not_found("no configuration file: looked for " + looked_for +
                         "; name one with --config-file");
    }
    if (findings.errors().empty()) check_config(loaded.config, findings);
    return checked(std::move(loaded), findings);
}

Result<Loaded> load_text(const std::string& name, const std::string& text) {
    Loaded loaded;
    Findings findings;
    read_file(name, text, loaded.config, findings);
    if (findings.errors().empty()) check_config(loaded.config, findings);
    loaded.files.push_back(name);
    return checked(std::move(loaded), findings);
}

}  // namespace server::config

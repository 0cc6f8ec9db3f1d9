#include "server/config/load.h"

#include <filesystem>

#include "server/config/environment.h"
#include "server/config/read_config.h"
#include "server/config/read_text.h"
#include "server/config/template.h"

namespace server::config {

namespace {

void read_file(const std::string& name, const std::string& text, const Environment& environment,
               Config& config, Findings& findings) {
    Result<std::string> expanded =
        is_template(text) ? expand_template(name, text, environment) : Result<std::string>(text);
    if (!expanded.ok()) return findings.error({"", 0, "", expanded.status().message()});
    try {
        YamlReader file(YAML::Load(*expanded), name, "", findings);
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

Result<Loaded> load(const Sources& sources, const Environment& environment) {
    Loaded loaded;
    Findings findings;
    std::string looked_for;
    for (const std::string& path : candidates(sources)) {
        const auto text = read_text("configuration file", path, kConfigFileBytesMax);
        if (!text.ok() && text.status().code() == Code::NotFound) {
            looked_for += (looked_for.empty() ? "" : ", ") + path;
            continue;
        }
        if (!text.ok()) return text.status();
        read_file(path, *text, environment, loaded.config, findings);
        loaded.files.push_back(path);
    }
    if (loaded.files.empty()) {
        return not_found("no configuration file: looked for " + looked_for +
                         "; name one with --config-file");
    }
    if (findings.errors().empty()) check_config(loaded.config, findings);
    return checked(std::move(loaded), findings);
}

Result<Loaded> load_any(const Sources& sources, bool given, const Environment& environment) {
    if (!given && is_configured(environment)) return load_environment(environment);
    return load(sources, environment);
}

Result<Loaded> load_text(const std::string& name, const std::string& text,
                         const Environment& environment) {
    Loaded loaded;
    Findings findings;
    read_file(name, text, environment, loaded.config, findings);
    if (findings.errors().empty()) check_config(loaded.config, findings);
    loaded.files.push_back(name);
    return checked(std::move(loaded), findings);
}

}  // namespace server::config

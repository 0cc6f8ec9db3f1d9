#include "server/store/schema/schema.h"

#include <algorithm>
#include <map>

#include "server/store/schema/manifest.h"
#include "server/store/schema_files.h"

namespace server::store::schema {

namespace {

constexpr std::string_view kManifestName = "manifest.json";
constexpr std::string_view kVersioned = "/versioned/";

using TextsByName = std::map<std::string, std::string_view>;

// Every manifest of a schema carries its name.
Status agree_on_name(const std::string& manifest_place, const Manifest& manifest, Schema& schema) {
    if (schema.steps.empty()) schema.name = manifest.schema_name;
    if (schema.name == manifest.schema_name) return ok_status();
    return invalid_argument(manifest_place + ": SchemaName is \"" + manifest.schema_name +
                            "\", another version says \"" + schema.name + "\"");
}

Status add_step(const std::string& folder, const TextsByName& texts, Schema& schema) {
    const std::string where = schema.place + "/" + folder;
    const auto manifest_text = texts.find(std::string(kManifestName));
    if (manifest_text == texts.end()) {
        return invalid_argument(where + " has no " + std::string(kManifestName));
    }
    const std::string manifest_place = where + "/" + std::string(kManifestName);
    TRY_ASSIGN(const Manifest manifest, read_manifest(manifest_place, manifest_text->second));
    TRY(agree_on_name(manifest_place, manifest, schema));
    TRY_ASSIGN(const Version named, parse_version(folder));
    if (manifest.version != named) {
        return invalid_argument(manifest_place + ": CurrVersion is " + to_string(manifest.version) +
                                ", but the directory says " + to_string(named));
    }
    Step step{.to = manifest.version,
              .min_compatible = manifest.min_compatible,
              .description = manifest.description,
              .manifest_md5 = md5_of(manifest_text->second),
              .scripts = {}};
    for (const std::string& name : manifest.scripts) {
        const auto text = texts.find(name);
        if (text == texts.end()) {
            return invalid_argument(manifest_place + " lists " + name + ", which is not in " +
                                    where);
        }
        step.scripts.push_back({folder + "/" + name, std::string(text->second)});
    }
    schema.steps.push_back(std::move(step));
    return ok_status();
}

}  // namespace

Result<Schema> read_schema(const std::string& place, const VersionFiles& files) {
    std::map<std::string, TextsByName> folders;
    for (const Script& file : files) {
        const auto slash = file.name.find('/');
        const std::string folder = file.name.substr(0, slash);
        if (slash == std::string::npos || !folder.starts_with('v') || !parse_version(folder).ok()) {
            continue;
        }
        folders[folder].emplace(file.name.substr(slash + 1), file.text);
    }
    if (folders.empty()) {
        return invalid_argument(place +
                                " has no directory of a version (v1.0, v1.1, ...) in it: name the "
                                "directory \"versioned\" of a schema");
    }
    Schema schema{.name = {}, .place = place, .steps = {}};
    for (const auto& [folder, texts] : folders) TRY(add_step(folder, texts, schema));
    std::sort(schema.steps.begin(), schema.steps.end(),
              [](const Step& one, const Step& other) { return one.to < other.to; });
    for (std::size_t at = 1; at < schema.steps.size(); ++at) {
        if (schema.steps[at].to != schema.steps[at - 1].to) continue;
        return invalid_argument(place + " has version " + to_string(schema.steps[at].to) +
                                " twice");
    }
    return schema;
}

Result<Schema> load_embedded(std::string_view name) {
    std::string known = std::string(name);
    constexpr std::string_view kOldName = "postgresql/v96/";
    if (known.starts_with(kOldName)) known = "postgresql/v12/" + known.substr(kOldName.size());
    VersionFiles files;
    for (const SchemaFile& file : schema_files()) {
        const std::string folder = known + std::string(kVersioned);
        if (!file.path.starts_with(folder)) continue;
        files.push_back({std::string(file.path.substr(folder.size())), std::string(file.text)});
    }
    if (files.empty()) {
        std::string names;
        for (const std::string& one : embedded_names()) names += (names.empty() ? "" : ", ") + one;
        return invalid_argument("no schema \"" + std::string(name) +
                                "\" is part of this program; it has " + names);
    }
    return read_schema("schema/" + known + "/versioned", files);
}

const Schema& embedded(std::string_view store, std::string_view name) {
    static const std::map<std::string, Schema> kSchemas = [] {
        std::map<std::string, Schema> schemas;
        for (const std::string& known : embedded_names()) {
            Result<Schema> schema = load_embedded(known);
            schemas.emplace(known, std::move(schema).value());
        }
        return schemas;
    }();
    const auto found = kSchemas.find(std::string(store) + "/" + std::string(name));
    ASSERT(found != kSchemas.end(), std::string(store) + "/" + std::string(name));
    return found->second;
}

std::vector<std::string> embedded_names() {
    std::vector<std::string> names;
    for (const SchemaFile& file : schema_files()) {
        const auto end = file.path.find(kVersioned);
        if (end == std::string_view::npos) continue;
        const std::string name(file.path.substr(0, end));
        if (names.empty() || names.back() != name) names.push_back(name);
    }
    return names;
}

Result<std::vector<const Step*>> steps_between(const Schema& schema, const Version& from,
                                               const std::optional<Version>& target) {
    std::vector<const Step*> steps;
    if (target && *target == from) return steps;
    if (target && *target < from) {
        return invalid_argument("the database has version " + to_string(from) +
                                ", which is newer than " + to_string(*target) +
                                ": a schema only goes forward");
    }
    for (const Step& step : schema.steps) {
        if (step.to > from && (!target || step.to <= *target)) steps.push_back(&step);
    }
    if (target && (steps.empty() || steps.back()->to != *target)) {
        return invalid_argument("version " + to_string(*target) + " is not in " + schema.place +
                                ", whose newest is " + to_string(schema.newest().to));
    }
    return steps;
}

}  // namespace server::store::schema

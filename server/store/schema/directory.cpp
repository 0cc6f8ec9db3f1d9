// Reads the files of a schema from a directory.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "server/store/schema/schema.h"

namespace server::store::schema {

namespace {

namespace fs = std::filesystem;

// Scripts are a few kilobytes; something else was named.
constexpr std::uintmax_t kScriptBytesMax = 16U << 20;

Result<std::string> read_file(const fs::path& path) {
    if (fs::file_size(path) > kScriptBytesMax) {
        return invalid_argument(path.string() + " is larger than " +
                                std::to_string(kScriptBytesMax) + " bytes: it is no schema script");
    }
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file) return invalid_argument("cannot read " + path.string());
    return text;
}

// Of the folders of versions; everything else in it is left alone. Throws as std::filesystem does.
Result<VersionFiles> read_files(const std::string& path) {
    VersionFiles files;
    for (const fs::directory_entry& folder : fs::directory_iterator(path)) {
        const std::string version = folder.path().filename().string();
        if (!version.starts_with('v') || !parse_version(version).ok()) continue;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder.path())) {
            if (!entry.is_regular_file()) continue;
            TRY_ASSIGN(std::string text, read_file(entry.path()));
            files.push_back({version + "/" + entry.path().filename().string(), std::move(text)});
        }
    }
    return files;
}

}  // namespace

Result<Schema> load_directory(const std::string& path) {
    std::string place = path;
    while (place.size() > 1 && place.ends_with('/')) place.pop_back();
    try {
        TRY_ASSIGN(const VersionFiles files, read_files(place));
        return read_schema(place, files);
    } catch (const fs::filesystem_error& error) {
        return invalid_argument("the schema directory cannot be read: " + error.path1().string() +
                                ": " + error.code().message());
    }
}

}  // namespace server::store::schema

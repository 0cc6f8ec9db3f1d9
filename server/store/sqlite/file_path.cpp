#include "server/store/sqlite/file_path.h"

#include <filesystem>
#include <system_error>

namespace server::store::sqlite {

Result<std::string> resolve_file(const std::string& path) {
    if (path.empty()) return invalid_argument("the path of the database file is empty");
    std::error_code error;
    // Absolute first: a relative path whose parts do not exist yet stays relative otherwise.
    std::filesystem::path file = std::filesystem::absolute(path, error);
    if (!error) file = std::filesystem::weakly_canonical(file, error);
    if (error) {
        return failed_precondition("database file " + path + ": " + error.message());
    }
    if (std::filesystem::is_directory(file, error)) {
        return failed_precondition("database file " + path + " is a directory: name a file in it");
    }
    if (!std::filesystem::is_directory(file.parent_path(), error)) {
        return failed_precondition("database file " + path + ": the directory " +
                                   file.parent_path().string() + " does not exist: create it");
    }
    return file.string();
}

}  // namespace server::store::sqlite

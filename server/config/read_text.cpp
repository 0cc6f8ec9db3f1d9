#include "server/config/read_text.h"

#include <filesystem>
#include <fstream>

namespace server::config {

Result<std::string> read_text(const std::string& what, const std::string& path,
                              std::size_t bytes_max) {
    std::error_code failure;
    const auto status = std::filesystem::status(path, failure);
    if (!std::filesystem::exists(status)) {
        return not_found(what + " " + path + " does not exist");
    }
    if (std::filesystem::is_directory(status)) {
        return invalid_argument(what + " " + path + " is a directory");
    }
    std::ifstream file(path, std::ios::binary);
    std::string text(bytes_max + 1, '\0');
    if (!file.read(text.data(), static_cast<std::streamsize>(text.size())) && !file.eof()) {
        return invalid_argument(what + " " + path + " cannot be read");
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > bytes_max) {
        return invalid_argument(what + " " + path + " is larger than " + std::to_string(bytes_max) +
                                " bytes");
    }
    return text;
}

}  // namespace server::config

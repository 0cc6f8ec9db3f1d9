// Files inside a container, over multipart/form-data.
#pragma once

#include <optional>
#include <string>

#include "charm/pebble/client.h"

namespace charm::pebble {

struct File {
    std::string path;
    std::string content;
    std::string permissions = "600";  // octal; every file of ours may hold a secret
};

// Nothing when there is no such file.
Result<std::optional<std::string>> read_file(Client& client, const std::string& path);
// Makes the folders above it; replaces the file in one step.
Status write_file(Client& client, const File& file);
// A file that is not there is fine.
Status remove_file(Client& client, const std::string& path);

}  // namespace charm::pebble

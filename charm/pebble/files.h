// Files inside a container, over multipart/form-data.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "charm/pebble/client.h"

namespace charm::pebble {

struct File {
    std::string path;
    std::string content;
    std::string permissions = "600";  // octal; every file of ours may hold a secret
};

// By path, in one call; without those that are not there.
Result<std::map<std::string, std::string>> read_files(Client& client,
                                                      const std::vector<std::string>& paths);
// The paths of the files in a folder; none when it is not there.
Result<std::vector<std::string>> list_files(Client& client, const std::string& folder);
// Makes the folders above it; replaces the file in one step.
Status write_file(Client& client, const File& file);
// A file that is not there is fine.
Status remove_file(Client& client, const std::string& path);

}  // namespace charm::pebble

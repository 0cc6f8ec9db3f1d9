#pragma once
// The files of schema/ as they were when the program was built (cmake/embed.cmake).

#include <span>
#include <string_view>

namespace server::store {

struct SchemaFile {
    std::string_view path;  // below schema/: "sqlite/v3/temporal/versioned/v1.0/runs.sql"
    std::string_view text;
};

// In order of path.
std::span<const SchemaFile> schema_files();
// The text of one that is known to be there.
std::string_view schema_file(std::string_view path);

}  // namespace server::store

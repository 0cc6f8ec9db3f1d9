#pragma once
// The files of schema/ as they were when the program was built (cmake/embed.cmake).

#include <span>
#include <string_view>

namespace server::store {

struct SchemaFile {
    std::string_view path;  // below schema/: "sqlite/v1/runs.sql"
    std::string_view text;
};

// In order of path.
std::span<const SchemaFile> schema_files();

}  // namespace server::store

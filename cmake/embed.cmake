# Text files inside the program, so that it needs no data directory.

# embed_schema(<target>): every script and manifest of schema/ under its path, for server/store/schema_files.h,
# links left out. An edit of a file, or a new one, configures anew.
function(embed_schema target)
    file(GLOB_RECURSE paths CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/schema
         ${CMAKE_SOURCE_DIR}/schema/*.sql ${CMAKE_SOURCE_DIR}/schema/*.json)
    set(entries "")
    foreach(path IN LISTS paths)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
                     ${CMAKE_SOURCE_DIR}/schema/${path})
        file(READ ${CMAKE_SOURCE_DIR}/schema/${path} text)
        string(APPEND entries "    {\"${path}\", R\"sql(${text})sql\"},\n")
    endforeach()
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/schema_files.cpp @ONLY CONTENT
[[#include "server/store/schema_files.h"

namespace server::store {

namespace {

constexpr SchemaFile kSchemaFiles[] = {
@entries@};

}  // namespace

std::span<const SchemaFile> schema_files() { return kSchemaFiles; }

}  // namespace server::store
]])
    target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/schema_files.cpp)
endfunction()

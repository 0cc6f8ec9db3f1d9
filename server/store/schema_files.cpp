#include "server/store/schema_files.h"

#include <algorithm>

#include "server/base/assert.h"

namespace server::store {

std::string_view schema_file(std::string_view path) {
    const auto files = schema_files();
    const auto found = std::ranges::find(files, path, &SchemaFile::path);
    ASSERT(found != files.end(), std::string(path));
    return found->text;
}

}  // namespace server::store

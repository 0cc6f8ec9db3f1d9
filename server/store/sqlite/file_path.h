#pragma once
// The path of a database file.

#include <string>

#include "server/base/status.h"

namespace server::store::sqlite {

// An absolute path without links, so that one file has one lock. The file may be missing, its
// directory not.
Result<std::string> resolve_file(const std::string& path);

}  // namespace server::store::sqlite

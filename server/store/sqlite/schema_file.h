#pragma once
// A database file as temporal-sql-tool has it: locked against a running server, its tables as they
// are.

#include <memory>

#include "server/store/sqlite/process_lock.h"
#include "server/store/sqlite/schema.h"

namespace server::store::sqlite {

// Makes a new file where there is none. FailedPrecondition while a server runs on it, or when
// another program made it.
Result<std::unique_ptr<schema::Database>> open_schema_file(const std::string& path);

// The versions alone, also while a server runs. Absent where there is no file.
Result<std::optional<schema::StoredVersions>> read_schema_file(const std::string& path);

// Removes the file and what belongs to it. False when there was none.
Result<bool> remove_file(const std::string& path);

}  // namespace server::store::sqlite

#pragma once
// The tables of a database file. A file says by its application id that it is ours and by its user
// version which schema it has: version N is what the files of schema/sqlite/vN make of version N-1.

#include "server/store/sqlite/connection.h"

namespace server::store::sqlite {

inline constexpr std::int32_t kApplicationId = 0x546d706c;  // "Tmpl"
inline constexpr std::int32_t kSchemaVersion = 1;

// Reads only. FailedPrecondition when another program made the file, or a newer version of this
// one; DataLoss when it is no database or damaged.
Status check_identity(Connection& connection);

// Creates the tables, or brings them to kSchemaVersion, in one transaction. Does nothing to a file
// that has them.
Status migrate(Connection& connection);

}  // namespace server::store::sqlite

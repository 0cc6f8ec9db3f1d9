#pragma once
// Lists and counts.

#include <string>

#include "server/store/sqlite/connection.h"
#include "server/store/visibility.h"

namespace server::store::sqlite {

// The SQL function has_token(text, tokens), which the filters of Text attributes call. Once per
// connection.
Status add_functions(Connection& connection);

Result<VisibilityPage> list_visibility(Connection& connection, const std::string& namespace_id,
                                       const visibility::Query& query, std::int32_t page_size,
                                       const std::string& page_token);
Result<VisibilityCount> count_visibility(Connection& connection, const std::string& namespace_id,
                                         const visibility::Query& query);

}  // namespace server::store::sqlite

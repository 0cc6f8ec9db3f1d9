#pragma once
// Lists and counts. Their statements are as many as there are filters, so they are never named.

#include "server/store/postgres/connection.h"
#include "server/store/visibility.h"

namespace server::store::postgres {

// InvalidArgument for a page token that no list gave.
Result<Transaction> list_query(const std::string& namespace_id, const visibility::Query& query,
                               std::int32_t page_size, const std::string& page_token);
Result<VisibilityPage> page_read(const std::string& namespace_id, std::int32_t page_size,
                                 const std::vector<Rows>& rows);

Transaction count_query(const std::string& namespace_id, const visibility::Query& query);
Result<VisibilityCount> count_read(const std::optional<visibility::Column>& group_by,
                                   const std::vector<Rows>& rows);

}  // namespace server::store::postgres

#pragma once
// Tests of a search attribute, over the elements of a visibility record (attribute_elements.h).

#include "server/store/postgres/sql_builder.h"
#include "server/visibility/query.h"

namespace server::store::postgres {

using AttributeCondition = visibility::Condition<visibility::Column, visibility::Value>;

void add_attribute_test(SqlBuilder& sql, const AttributeCondition& condition);

// The text of a keyword, NULL for none.
void add_attribute_value(SqlBuilder& sql, const visibility::Column& column);

}  // namespace server::store::postgres

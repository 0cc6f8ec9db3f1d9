#pragma once
// Translates the filter of a list or count into SQL over the table visibility (as v). Values are
// always arguments, never text of the statement.
//
// NOT is pushed down to the conditions first, where each operator has its opposite. What remains
// are AND and OR over conditions, and under those "unknown" and "false" come to the same, so a
// condition may be false for a record without a value; evaluate.h is the reference for the logic.

#include "server/store/postgres/sql_builder.h"
#include "server/visibility/query.h"

namespace server::store::postgres {

// Appends a condition.
void add_filter(SqlBuilder& sql, const visibility::Filter& filter);

// Appends an expression with the value of the column, NULL for none; for GROUP BY. ExecutionStatus
// is its number.
void add_column(SqlBuilder& sql, const visibility::Column& column);

}  // namespace server::store::postgres

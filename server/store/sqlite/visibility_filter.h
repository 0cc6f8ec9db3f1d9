#pragma once
// Translates the filter of a list or count into SQL over the table visibility (as v). Values are
// always parameters, never text of the statement.
//
// NOT is pushed down to the conditions first, where each operator has its opposite. What remains
// are AND and OR over conditions, and under those "unknown" and "false" come to the same, so a
// condition may be false for a record without a value; evaluate.h is the reference for the logic.

#include <string>
#include <vector>

#include "server/visibility/query.h"

namespace server::store::sqlite {

struct SqlText {
    std::string text;
    std::vector<visibility::Value> values;  // of the question marks, in order
};

SqlText translate(const visibility::Filter& filter);

// An expression over v with the value of the column, NULL for none; for GROUP BY. ExecutionStatus
// is its number.
SqlText column_expression(const visibility::Column& column);

}  // namespace server::store::sqlite

#pragma once
// Decides whether one record matches a bound filter. The in-memory store lists with it, and the
// tests of the SQL stores hold their translations to it.
//
// The logic is SQL's: a comparison with an attribute that the record does not have is neither true
// nor false, and a record is listed only when the whole filter is true. So `Customer = 'a'` and
// `Customer != 'a'` both pass over a workflow without Customer. The exception is CloseTime, see
// null_is_far_future in query.h.
//
//   Keyword        exact, ordered by bytes
//   KeywordList    = and IN: contains one of them
//   Text           =: has one of the tokens (text_tokens.h)
//   Int, Double    by value, exact beyond 2^53 too
//   Bool           FALSE before TRUE
//   Datetime       to the nanosecond

#include <string>
#include <variant>
#include <vector>

#include "server/visibility/query.h"

namespace server::visibility {

// What a record has in one column: nothing, or a value. ExecutionStatus is its name. An empty list
// is nothing; so is a value of another type than the column's, left from before an attribute was
// registered anew.
using Cell = std::variant<std::monostate, std::string, std::int64_t, double, bool, TimePoint,
                          std::vector<std::string>>;

class Record {
public:
    virtual ~Record() = default;
    virtual Cell cell(const Column& column) const = 0;
};

enum class Truth { False, Unknown, True };

Truth evaluate(const Filter& filter, const Record& record);

// Whether the query counts or lists the record.
bool matches(const Query& query, const Record& record);

}  // namespace server::visibility

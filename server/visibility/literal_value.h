#pragma once
// What a literal means for a column: the second half of checking a filter, after the names.
//
//   column               literal                               value
//   Keyword, its list    string                                the same
//   Text                 string with at least one token        its tokens, each once, sorted
//   Int                  number, with or without a fraction    the same
//   Double               number                                double
//   Bool                 TRUE, FALSE                           the same
//   Datetime             RFC 3339 string, nanoseconds          TimePoint
//   ExecutionStatus      name or number of a status            its name: "Running"
//   ExecutionDuration    "1h5m", "hh:mm:ss", nanoseconds       nanoseconds

#include <string_view>
#include <vector>

#include "server/base/status.h"
#include "server/visibility/query.h"

namespace server::visibility {

// Exactly one value, save for Text. InvalidArgument names the attribute as the filter wrote it.
Result<std::vector<Value>> values_of(const Literal& literal, const Column& column,
                                     std::string_view written_name);

}  // namespace server::visibility

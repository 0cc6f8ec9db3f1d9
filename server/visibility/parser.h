#pragma once
// Reads the text of a filter into a tree of names and literals (the grammar is in query.h). By
// recursive descent: the depth and the size of what it accepts are bounded, and so is every
// recursion over its trees.

#include <cstddef>
#include <string_view>

#include "server/base/status.h"
#include "server/visibility/query.h"

namespace server::visibility {

inline constexpr std::size_t kQueryBytesMax = 256 * 1024;  // 5,000 workflow ids of 50 bytes
inline constexpr int kDepthMax = 64;                       // nested parentheses and NOTs

// Conditions in one query. With kDepthMax it keeps a query below SQLite's limit of 1,000 nested
// expressions, even when a translation chains them one by one.
inline constexpr int kTermsMax = 500;
inline constexpr int kValuesMax = 5000;  // literals in one query, below SQLite's 32,766 parameters

// InvalidArgument, always with the position: see query_error.h.
Result<ParsedQuery> parse(std::string_view text);

}  // namespace server::visibility

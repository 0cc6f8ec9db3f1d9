#pragma once
// The three ways in which a filter is refused. All are InvalidArgument, worded as clients know
// them:
//
//   invalid query: malformed SQL query: expected a value but found ')' at position 12
//   invalid query: operation is not supported: 'ORDER BY' clause at position 20
//   invalid query: invalid expression: unable to parse datetime 'noon' at position 13
//
// Positions are given as byte offsets into the text and shown counted from 1.

#include <cstddef>
#include <string>
#include <string_view>

#include "server/base/status.h"

namespace server::visibility {

Status malformed_query(std::string_view reason, std::size_t position);
Status unsupported_operation(std::string_view reason, std::size_t position);
Status invalid_expression(std::string_view reason, std::size_t position);

// A piece of the query for a message: in single quotes, cut where a character of UTF-8 begins,
// control characters written as \xNN.
std::string quote(std::string_view text);

}  // namespace server::visibility

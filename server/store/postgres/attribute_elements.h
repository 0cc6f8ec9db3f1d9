#pragma once
// A search attribute as one or more elements of an array of bytea: its name, a zero byte, its kind,
// and its value in bytes that sort as the values do. So one index over the arrays finds every
// value of every attribute, there are no columns to hand out, and a range of values is a range of
// bytes.
//
//   kind          value
//   1 text        the text
//   2 number      the greatest double that is not above it, 8 bytes; what is left, 2 bytes
//   3 boolean     0 or 1
//   4 time        nanoseconds, 8 bytes
//   5 element     of a list: the text
//   6 token       a word of a text (visibility/text_tokens.h), where the text is not that word
//   itself

#include <string>
#include <string_view>
#include <vector>

#include "server/visibility/evaluate.h"

namespace server::store::postgres {

enum class ElementKind : char {
    text = 1,
    number = 2,
    boolean = 3,
    time = 4,
    element = 5,
    token = 6
};

// An index takes no more than a third of a page; larger elements go into a second array.
inline constexpr std::size_t kIndexedElementBytesMax = 1024;

ElementKind element_kind_of(visibility::ValueType type);

// Everything up to the value.
std::string element_prefix(std::string_view name, ElementKind kind);
// The smallest bytes above all that begin so.
std::string end_of_elements(std::string prefix);

std::string value_element(std::string_view name, ElementKind kind, const visibility::Value& value);
// In order; none for a cell without a value.
std::vector<std::string> elements_of(std::string_view name, const visibility::Cell& cell);

// The value of an element of kind text, for GROUP BY.
std::size_t prefix_size(std::string_view name);

}  // namespace server::store::postgres

// Boost.JSON with failures as values. Whatever arrives here was written by somebody else: a hook
// tool, Pebble, another charm.
#pragma once

#include <boost/json.hpp>

#include <string>
#include <string_view>

#include "charm/result.h"

namespace charm {

namespace json = boost::json;

// InvalidArgument names `what` the text is, never the text itself: it may hold a secret.
Result<json::value> parse_json(std::string_view text, std::string_view what);
Result<json::object> parse_json_object(std::string_view text, std::string_view what);

// The member as text: numbers and truth values as they are written, everything else and nothing as
// "".
std::string text_at(const json::object& object, std::string_view key);
std::string text_of(const json::value& value);

const json::value* find(const json::object& object, std::string_view key);
const json::object* find_object(const json::object& object, std::string_view key);
const json::array* find_array(const json::object& object, std::string_view key);

}  // namespace charm

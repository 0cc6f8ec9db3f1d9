#pragma once
// JSON as text, in the form that Go's encoder gives it, which scripts compare against: keys in
// their order, `<` `>` `&` and the two Unicode line separators escaped, an indent of two spaces.

#include <boost/json/value.hpp>
#include <string>

namespace cli {

enum class JsonLayout { indented, one_line };

// Without a line end behind it. `depth`: how far in it stands; its first line is not indented.
std::string to_text(const boost::json::value& value, JsonLayout layout, int depth = 0);

}  // namespace cli

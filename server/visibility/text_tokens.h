#pragma once
// How a Text attribute is cut into the words that a filter can find. Stores use the same rule for
// what they write or index, so that every store finds the same workflows.

#include <string>
#include <string_view>
#include <vector>

namespace server::visibility {

// Runs of letters, digits, underscores and non-ASCII characters, in lower case (ASCII only), in
// order, with repetitions.
std::vector<std::string> text_tokens(std::string_view text);

}  // namespace server::visibility

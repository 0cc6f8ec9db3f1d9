#pragma once
// A filter back as text: the canonical spelling, which parses to an equal tree.

#include <string>

#include "server/visibility/query.h"

namespace server::visibility {

std::string to_text(const ParsedQuery& query);

}  // namespace server::visibility

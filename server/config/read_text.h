#pragma once
// A whole file as text.

#include <string>

#include "server/base/status.h"

namespace server::config {

// `what` begins the message. NotFound when it is not there; InvalidArgument when it cannot be read
// or is larger than `bytes_max`.
Result<std::string> read_text(const std::string& what, const std::string& path,
                              std::size_t bytes_max);

}  // namespace server::config

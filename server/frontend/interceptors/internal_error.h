#pragma once
// What clients learn of failures that are ours: nothing but a number by which the log finds the
// cause.

#include <string_view>

#include "server/base/status.h"

namespace server::frontend {

// Internal and Unknown keep their code and get a fixed text with a hash of the original, which is
// logged; DataLoss is shown as Unavailable, also hashed. Every other status passes unchanged.
Status mask_internal_error(std::string_view method, const Status& status);

}  // namespace server::frontend

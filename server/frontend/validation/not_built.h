#pragma once
// Options of a request that the server does not have yet. To accept and ignore them would be a lie.

#include <string>
#include <string_view>

#include "server/base/status.h"

namespace server::frontend {

inline Status not_built(std::string_view method, std::string_view option) {
    return {Code::Unimplemented, std::string(method) + ": " + std::string(option) +
                                     " is not supported by this server yet; leave it out"};
}

}  // namespace server::frontend

#pragma once
// Whether a host says that nobody listens at an address (host:port). False when it accepts, and
// when it has said nothing by the timeout.

#include <string>

#include "server/runtime/clock.h"

namespace server::rpc {

Async<bool> port_refuses(Clock& clock, std::string address, Duration timeout);

}  // namespace server::rpc

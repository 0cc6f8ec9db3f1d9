#pragma once
// Who listens on a TCP port of this machine, for the message that says a port is taken.

#include <cstdint>
#include <optional>
#include <string>

#include "server/base/status.h"

namespace server::app {

// "temporal (pid 4711)"; nothing when nobody listens, or when it is a process this one may not look
// into.
std::optional<std::string> find_port_owner(std::uint16_t port);

// Whether `host`:`port` can be listened on. A failure names the address, the owner and, as the fix,
// `setting`: the flag or key that says another port.
Status check_port(const std::string& host, std::uint16_t port, const std::string& setting);

}  // namespace server::app

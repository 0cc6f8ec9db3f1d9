#pragma once
// Addresses as they are written: 127.0.0.1:7233, [::1]:7233.

#include <cstdint>
#include <string>

namespace server::app {

inline std::string host_and_port(const std::string& host, std::uint16_t port) {
    const bool is_v6 = host.find(':') != std::string::npos;
    return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

// Whether only programs on this machine can reach it.
inline bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace server::app

// The roles of the server and where each listens. The ports are those that users and neighbours
// know.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace charm {

enum class Role { frontend, history, matching, worker };

struct Listener {
    std::string_view service;  // the server's name for it
    std::uint16_t grpc_port;
    std::uint16_t membership_port;
};

inline constexpr std::array<Role, 4> kRoles{Role::frontend, Role::history, Role::matching,
                                            Role::worker};

constexpr Listener listener_of(Role role) {
    switch (role) {
    case Role::frontend: return {"frontend", 7233, 6933};
    case Role::history: return {"history", 7234, 6934};
    case Role::matching: return {"matching", 7235, 6935};
    case Role::worker: return {"worker", 7239, 6939};
    }
    return {};
}

// Runs wherever the frontend does, for callers inside the deployment such as the admin charm.
inline constexpr Listener kInternalFrontend{"internal-frontend", 7236, 6936};
inline constexpr std::uint16_t kMetricsPort = 9090;

constexpr std::optional<Role> role_named(std::string_view name) {
    for (const Role role : kRoles) {
        if (listener_of(role).service == name) return role;
    }
    return std::nullopt;
}

}  // namespace charm

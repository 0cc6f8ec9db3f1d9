#pragma once
// The roles a process may play.

#include <array>
#include <optional>
#include <string_view>

namespace server {

// The numbers are stored, and those of AdminService.ListClusterMembers.
enum class Role { frontend = 1, history = 2, matching = 3, worker = 4 };

inline constexpr std::array kRoles{Role::frontend, Role::history, Role::matching, Role::worker};

constexpr std::string_view to_string(Role role) {
    switch (role) {
    case Role::frontend: return "frontend";
    case Role::history: return "history";
    case Role::matching: return "matching";
    case Role::worker: return "worker";
    }
    return "";
}

constexpr std::optional<Role> find_role(std::string_view name) {
    for (const Role role : kRoles) {
        if (to_string(role) == name) return role;
    }
    return std::nullopt;
}

}  // namespace server

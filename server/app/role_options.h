#pragma once
// Dynamic configuration → the options of the roles. Keys are those of the original server; one
// table says what each of them sets here.

#include <string>
#include <vector>

#include "server/config/dynamic_values.h"
#include "server/frontend/limits/limits.h"
#include "server/history/options.h"
#include "server/matching/options.h"

namespace server::app {

struct RoleOptions {
    history::Options history;
    matching::Options matching;
    frontend::Limits frontend;
    std::vector<std::string> unused_keys;  // given, and without effect in this release
    // What keeps its default: a value of another type or not above zero, a constraint that the key
    // does not take. One line each.
    std::vector<std::string> warnings;
};

// Leaves out what cannot be meant, with a warning: a file that is reloaded must not stop a server.
RoleOptions role_options_from(const config::DynamicValues& values);

// The same for values that a person has just typed: InvalidArgument instead of the first warning.
Result<RoleOptions> strict_role_options_from(const config::DynamicValues& values);

// The keys that have an effect, as they are written, for the documentation.
std::vector<std::string_view> dynamic_keys();

}  // namespace server::app

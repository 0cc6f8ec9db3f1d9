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
};

// InvalidArgument when a value is of another type, or not above zero.
Result<RoleOptions> role_options_from(const config::DynamicValues& values);

}  // namespace server::app

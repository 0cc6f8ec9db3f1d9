// What both charms' programs do around their hooks and actions: read the environment, find the
// entry in the table, and turn failures into what Juju understands.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "charm/juju/environment.h"
#include "charm/juju/tools.h"

namespace charm {

struct Context {
    const juju::Environment& environment;
    const juju::Tools& tools;
};

// One file of hooks/: the hooks of one family, and what they ask for.
struct HookFamily {
    std::string_view name;
    std::span<const std::string_view> hooks;  // full names; an entry that ends in * is a prefix
    Status (*run)(const Context& context);
};

// One file of actions/. A failure becomes the action's message.
struct Action {
    std::string_view name;
    Status (*run)(const Context& context, const json::object& parameters);
};

// The exit code for Juju. A hook fails only when the agent refused a tool; a hook nobody knows is
// fine.
int run_charm(std::span<const HookFamily* const> hooks, std::span<const Action* const> actions);

// For tests: the family of a hook, null when there is none.
const HookFamily* family_of(std::span<const HookFamily* const> hooks, std::string_view hook);

}  // namespace charm

// The life of a unit: every role. A stop hands over what the server owns before the pod goes.
#include "hooks/hooks.h"

namespace charm::hooks {

namespace {

constexpr std::string_view kHooks[] = {
    "install",       "start",         "stop",           "remove",
    "upgrade-charm", "update-status", "leader-elected", "leader-settings-changed"};

Status run(const Context& context) {
    const std::string& name = context.environment.name;
    return reconcile(context, {.stopping = name == "stop" || name == "remove"});
}

}  // namespace

const HookFamily kLifecycle{.name = "lifecycle", .hooks = kHooks, .run = run};

}  // namespace charm::hooks

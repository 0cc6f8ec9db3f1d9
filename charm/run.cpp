#include "charm/run.h"

#include <algorithm>
#include <cstdio>

namespace charm {

namespace {

bool matches(std::string_view pattern, std::string_view hook) {
    if (!pattern.ends_with('*')) return pattern == hook;
    return hook.starts_with(pattern.substr(0, pattern.size() - 1));
}

int fail(const Status& status) {
    std::fprintf(stderr, "%s\n", status.message().c_str());
    return 1;
}

int run_hook(const Context& context, std::span<const HookFamily* const> hooks) {
    const std::string& name = context.environment.name;
    const HookFamily* family = family_of(hooks, name);
    if (family == nullptr) {
        const Status logged = context.tools.log("DEBUG", "nothing to do in " + name);
        return logged.ok() ? 0 : fail(logged);
    }
    const Status status = family->run(context);
    if (status.ok()) return 0;
    (void)context.tools.log("ERROR", name + ": " + status.message()).ok();
    return fail(status);
}

int run_action(const Context& context, std::span<const Action* const> actions) {
    const auto found = std::find_if(actions.begin(), actions.end(), [&](const Action* action) {
        return action->name == context.environment.name;
    });
    if (found == actions.end()) {
        return fail(server::not_found("no action " + context.environment.name));
    }
    auto parameters = context.tools.action_parameters();
    if (!parameters.ok()) return fail(parameters.status());
    const Status status = (*found)->run(context, *parameters);
    if (status.ok()) return 0;
    const Status told = context.tools.fail_action(status.message());
    return told.ok() ? 0 : fail(told);
}

}  // namespace

const HookFamily* family_of(std::span<const HookFamily* const> hooks, std::string_view hook) {
    for (const HookFamily* family : hooks) {
        for (const std::string_view pattern : family->hooks) {
            if (matches(pattern, hook)) return family;
        }
    }
    return nullptr;
}

int run_charm(std::span<const HookFamily* const> hooks, std::span<const Action* const> actions) {
    const auto environment = juju::read_environment(juju::process_variables());
    if (!environment.ok()) return fail(environment.status());
    const juju::Tools tools;
    const Context context{*environment, tools};
    return environment->kind == juju::Environment::Kind::hook ? run_hook(context, hooks)
                                                              : run_action(context, actions);
}

}  // namespace charm

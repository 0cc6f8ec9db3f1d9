// A rotated password or certificate: it goes into its file, which the server reads anew. Of the
// secret that we own for the admin charm, a revision nobody looks at any more is removed: it holds
// an old password.
#include "hooks/hooks.h"

namespace charm::hooks {

namespace {

constexpr std::string_view kHooks[] = {"secret-*"};

Status run(const Context& context) {
    const juju::Environment& environment = context.environment;
    if (environment.name == "secret-remove" && !environment.secret_revision.empty()) {
        TRY(context.tools.remove_revision(environment.secret_id, environment.secret_revision));
    }
    return reconcile(context);
}

}  // namespace

const HookFamily kSecrets{.name = "secrets", .hooks = kHooks, .run = run};

}  // namespace charm::hooks

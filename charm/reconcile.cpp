#include "charm/reconcile.h"

#include <cstdlib>

#include "charm/converge.h"
#include "charm/read_model.h"

namespace charm {

std::string pebble_socket(const std::string& container) {
    // Juju mounts the sockets of all containers of the pod here.
    const char* other = std::getenv("CHARM_CONTAINERS_DIR");
    return std::string(other == nullptr ? "/charm/containers" : other) + "/" + container +
           "/pebble.socket";
}

Status reconcile(const Context& context, Hint hint) {
    return reconcile_and_tell(context, hint).status();
}

Result<Reconciled> reconcile_and_tell(const Context& context, Hint hint) {
    pebble::Client client(pebble_socket(kContainerName));
    TRY_ASSIGN(Model model, read_model(context.environment, context.tools, client));
    model.stopping = hint.stopping;
    // Kept for the hooks to come: relation-broken does not say who leaves.
    if (context.environment.says_leaving() && !model.leaving) {
        TRY(context.tools.set_state("leaving", "true"));
        model.leaving = true;
    }
    Converge converge(context.tools, client);
    TRY(converge.run(model, hint.restart));
    return Reconciled{.model = std::move(model), .started = converge.has_started()};
}

}  // namespace charm

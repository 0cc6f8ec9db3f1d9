// drain: the server hands over what it owns and stops, and stays so until the action restart. It
// fails while the server has not stopped; the unit stays drained, so that the next hook tries
// again.
#include "actions/actions.h"
#include "charm/plan.h"
#include "charm/reconcile.h"

namespace charm::actions {

namespace {

Status demand_stopped(pebble::Client& client, const std::string& unit) {
    const auto services = pebble::services(client);
    if (!services.ok()) {
        return server::failed_precondition("drain not done: container temporal: " +
                                           services.status().message());
    }
    for (const pebble::Service& service : *services) {
        if (service.name != kServiceName || (!service.running() && !service.pausing())) continue;
        return server::failed_precondition(
            "drain not done: the server has not stopped yet, the next hook tries again; see juju "
            "ssh --container temporal " +
            unit + " /charm/bin/pebble logs");
    }
    return ok_status();
}

Status run(const Context& context, const json::object&) {
    pebble::Client client(pebble_socket(kContainerName));
    if (!pebble::services(client).ok()) {
        return server::failed_precondition("cannot connect to container temporal; it is starting");
    }
    TRY(context.tools.set_state("drained", "true"));
    TRY(reconcile(context));
    TRY(demand_stopped(client, context.environment.unit));
    return context.tools.set_action_results({{"result", "drained; the action restart undoes it"}});
}

}  // namespace

const Action kDrain{.name = "drain", .run = run};

}  // namespace charm::actions

// The three steps of every hook of temporal-k8s: read the model, plan, write the difference.
#pragma once

#include "charm/model.h"
#include "charm/run.h"

namespace charm {

struct Hint {
    bool stopping = false;  // this pod is about to go
    bool restart = false;   // a running server is to start anew
};

Status reconcile(const Context& context, Hint hint = {});

// For actions that report on it.
struct Reconciled {
    Model model;           // with the answers of the container
    bool started = false;  // the server, just now
    bool answers() const { return model.health && model.health->state == Health::State::answers; }
};
Result<Reconciled> reconcile_and_tell(const Context& context, Hint hint = {});

// The socket of Pebble in the workload's container; CHARM_CONTAINERS_DIR names another folder in
// tests.
std::string pebble_socket(const std::string& container);

}  // namespace charm

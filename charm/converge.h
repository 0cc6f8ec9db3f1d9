// The last of the three steps: writes what differs between the model and the plan, first into the
// container, then into Juju.
#pragma once

#include "charm/pebble/client.h"
#include "charm/plan.h"

namespace charm {

class Converge {
public:
    Converge(const juju::Tools& tools, pebble::Client& client) : tools_(tools), client_(client) {}

    // Plans, writes, asks what the plan wants to know, and plans again until nothing is open. Fails
    // only when Juju's agent does. What goes wrong in the container becomes part of the status.
    Status run(Model& model, bool restart = false);
    // The same without writing: what is still missing, by the answers of the container as it is.
    Plan look(Model& model);
    // Whether run has told Pebble to start the workload.
    bool has_started() const { return started_; }

private:
    Status write_files(Model& model, const Plan& plan);
    void ask_schema(Model& model, const Plan& plan);
    Status write_workload(Model& model, const Plan& plan);
    Status start(Model& model, bool running);
    Status add_layer(Model& model, const Plan& plan);
    void ask_health(Model& model);
    Status write_juju(const Model& model, Plan plan);
    Status tell_notes(const Model& model, const Plan& plan);
    Status write_admin_secret(const Model& model, Plan& plan);
    // Notes that the container went away while we worked with it.
    void lose_container(Model& model, const Status& status);

    const juju::Tools& tools_;
    pebble::Client& client_;
    bool restart_ = false;  // wanted, whatever runs
    bool started_ = false;  // the workload, by us, just now
    std::string version_;   // that it reports
};

}  // namespace charm

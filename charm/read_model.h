// Reads everything a plan may depend on from Juju and the container.
#pragma once

#include "charm/juju/environment.h"
#include "charm/model.h"
#include "charm/pebble/client.h"

namespace charm {

// Fails only when the agent refuses; then the hook fails and Juju runs it again. A container that
// does not answer is a fact of the model.
Result<Model> read_model(const juju::Environment& environment, const juju::Tools& tools,
                         pebble::Client& client);

// What of a relation concerns us: a tool that need not run is a millisecond of every hook.
struct Interest {
    bool remote_app = false;    // its application says something
    bool remote_units = false;  // its units do
    bool own_unit = false;      // our unit does; our application always may, through the leader
};

// The relations of an endpoint, without the one that the hook says is going.
struct RelationReader {
    const juju::Environment& environment;
    const juju::Tools& tools;
    bool leader;

    Result<std::vector<Relation>> read(const std::string& endpoint, Interest interest) const;
    Result<Relation> read_one(const std::string& id, Interest interest) const;
    Status read_units(Relation& relation) const;
    Result<Relation> read_peer(const std::string& id) const;
};

Status read_container(pebble::Client& client, const std::vector<std::string>& paths,
                      Container& container);

}  // namespace charm

// The number of history shards: the option until a server has run, from then on what the leader
// wrote into the peer relation. The database itself has the last word, which the server asks for at
// every start.
#pragma once

#include <cstdint>
#include <optional>

#include "charm/plan.h"

namespace charm {

// The number to run with; nothing, and a need, when there is none. Plans the key of the peer
// relation.
std::optional<std::int64_t> plan_history_shards(const Model& model, Plan& plan);

// True when the server ended because its database has another number: the need says so, and what
// stood in the peer relation is taken back, so that the option can follow the database.
bool plan_other_history_shards(const Model& model, Plan& plan);

}  // namespace charm

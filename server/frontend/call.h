#pragma once
// A call that passed the interceptors, as the methods in api/ get it.

#include <string>

#include "server/cluster/namespace_registry.h"
#include "server/rpc/call_context.h"

namespace server::frontend {

struct Call {
    rpc::CallContext context;
    cluster::NamespacePtr entry;  // null for methods of scope cluster

    const std::string& namespace_id() const { return entry->id; }
};

}  // namespace server::frontend

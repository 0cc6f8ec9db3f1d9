#pragma once
// The methods of a role of this process, for a listener that other processes call.

#include "server/rpc/method_table.h"
#include "server/rpc/role_methods.h"

namespace server::rpc {

// Serves every method of the service; the role outlives the listener.
MethodTable table_of(History& role);
MethodTable table_of(Matching& role);
MethodTable table_of(ClusterPeer& role);

}  // namespace server::rpc

#pragma once
// Whether an address can be listened on. gRPC answers only yes or no and prints the reason to
// stderr, so the question is asked before it, and the answer is ours.

#include <string>

#include "server/base/status.h"

namespace server::rpc {

// FailedPrecondition: the port is taken or not permitted; InvalidArgument: no such address. The
// message names the address, the system's reason and the fix.
Status probe_port(const std::string& address);

}  // namespace server::rpc

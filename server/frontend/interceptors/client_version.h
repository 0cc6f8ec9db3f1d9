#pragma once
// Refuses SDKs that are too new for this server, and this server for SDKs that want another one.
// The client says what it is in headers; who says nothing, and who is unknown, passes.

#include <map>
#include <string>

#include "server/base/status.h"
#include "server/rpc/call_context.h"

namespace server::frontend {

// Client names and the range of versions that is served ("<2.0.0"), as GetClusterInfo and
// DescribeCluster list them.
const std::map<std::string, std::string>& supported_clients();

// FailedPrecondition with ClientVersionNotSupported or ServerVersionNotSupported; InvalidArgument
// for a header that is not semantic versioning (semver.org 2.0.0).
Status check_client_version(const rpc::CallContext& context);

}  // namespace server::frontend

#pragma once
// What every task poll has in common.

#include <string>

#include "server/base/status.h"
#include "server/frontend/limits/limits.h"
#include "server/rpc/call_context.h"
#include "temporal/api/deployment/v1/message.pb.h"

namespace server::frontend {

// A poll waits for its caller's deadline: InvalidArgument without one, FailedPrecondition when it
// is too near. SDKs end a worker on InvalidArgument from a poll, so nothing else about a poll may
// fail with it late.
Status check_poll_deadline(const rpc::CallContext& context, TimePoint now, const Limits& limits);

// Unimplemented for workers that want to be routed by version.
Status check_poll_versioning(
    std::string_view method,
    const ::temporal::api::deployment::v1::WorkerDeploymentOptions& options);

}  // namespace server::frontend

#pragma once
// A Status from role to role: whole, with the details that clients never see. It travels as
// server.role.v1.Failure in grpc-status-details-bin. (What clients see: error_details.h.)

#include <grpcpp/support/status.h>

#include <optional>

#include "server/base/status.h"

namespace server::rpc {

grpc::Status to_caller(const Status& status);

// What to_caller() made; nothing when the transport made the failure and no role answered.
std::optional<Status> from_callee(const grpc::Status& status);

}  // namespace server::rpc

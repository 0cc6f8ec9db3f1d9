#pragma once
// Status → what a client sees: code, message, `grpc-status-details-bin` (google.rpc.Status whose
// details[0] is the message of temporal.api.errordetails.v1 that stands for our detail; SDKs read
// only that one) and, for ResourceExhausted, the headers x-resource-exhausted-cause and -scope.
//
//   our detail                  on the wire
//   NotFound                    NotFoundFailure
//   NamespaceNotFound           NamespaceNotFoundFailure
//   NamespaceAlreadyExists      NamespaceAlreadyExistsFailure
//   NamespaceInvalidState       NamespaceInvalidStateFailure
//   WorkflowAlreadyStarted      WorkflowExecutionAlreadyStartedFailure
//   WorkflowNotReady            WorkflowNotReadyFailure
//   QueryFailed                 QueryFailedFailure
//   ResourceExhausted           ResourceExhaustedFailure
//   ClientVersionNotSupported   ClientVersionNotSupportedFailure
//   ServerVersionNotSupported   ServerVersionNotSupportedFailure
//   PermissionDenied            PermissionDeniedFailure
//
// TaskObsolete, StickyWorkerUnavailable, OwnershipLost and PeerUnreachable are words between roles:
// they never reach a client (failure_codec.h carries them from role to role).

#include <grpcpp/support/status.h>

#include <string>
#include <utility>
#include <vector>

#include "server/base/status.h"

namespace server::rpc {

// Longer messages are cut, at the border of a character.
inline constexpr std::size_t kErrorMessageBytesMax = 4000;
std::string cut_message(const std::string& message);

// A detail that is internal only turns the failure into Unavailable: the caller's role should have
// handled it, and the client's repeat will find it handled.
grpc::Status to_grpc(const Status& status);

// Response headers the failure asks for; names in lower case.
std::vector<std::pair<std::string, std::string>> response_headers(const Status& status);

}  // namespace server::rpc

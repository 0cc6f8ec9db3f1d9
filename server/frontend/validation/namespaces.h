#pragma once
// What a namespace may be made of.

#include <google/protobuf/duration.pb.h>

#include <string>

#include "server/base/status.h"
#include "server/frontend/limits/limits.h"
#include "temporal/api/namespace/v1/message.pb.h"
#include "temporal/api/workflowservice/v1/request_response.pb.h"

namespace server::frontend {

// Unset, invalid or shorter than the minimum: InvalidArgument.
Status check_retention(bool present, const google::protobuf::Duration& retention,
                       const Limits& limits);

// Also what is not built: global namespaces (InvalidArgument, as where they are disabled) and
// archival.
Status check_registration(
    const ::temporal::api::workflowservice::v1::RegisterNamespaceRequest& request,
    const std::string& cluster_name, const Limits& limits);

// REGISTERED → DEPRECATED or DELETED, DEPRECATED → DELETED; unspecified changes nothing.
Status check_state_change(::temporal::api::enums::v1::NamespaceState from,
                          ::temporal::api::enums::v1::NamespaceState to);

// Size of description, owner and data together.
Status check_namespace_info(const ::temporal::api::namespace_::v1::NamespaceInfo& info,
                            const Limits& limits);

}  // namespace server::frontend

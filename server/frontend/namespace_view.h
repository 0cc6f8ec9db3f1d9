#pragma once
// A namespace as clients see it: what is stored, with what this server adds of its own
// (capabilities, limits, the one cluster it lives on).

#include "server/frontend/frontend.h"
#include "temporal/api/workflowservice/v1/request_response.pb.h"

namespace server::frontend {

::temporal::api::workflowservice::v1::DescribeNamespaceResponse describe(
    const Frontend& frontend, const cluster::NamespaceEntry& entry);

}  // namespace server::frontend

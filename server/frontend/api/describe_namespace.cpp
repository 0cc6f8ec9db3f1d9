#include "server/frontend/api/methods.h"
#include "server/frontend/namespace_view.h"
#include "server/frontend/validation/ids.h"

namespace server::frontend {

// By name or by id; the id wins when both are given.
Async<Result<api::DescribeNamespaceResponse>> describe_namespace(
    Frontend& frontend, Call, api::DescribeNamespaceRequest request) {
    if (request.id().empty()) {
        CO_TRY(check_length("Namespace", request.namespace_(), frontend.limits().id_bytes_max));
        if (request.namespace_().empty()) {
            co_return invalid_argument("Namespace not set on request.");
        }
        CO_TRY_ASSIGN(const cluster::NamespacePtr by_name,
                      co_await frontend.namespaces().find(request.namespace_()));
        co_return describe(frontend, *by_name);
    }
    CO_TRY(check_length("NamespaceId", request.id(), frontend.limits().id_bytes_max));
    CO_TRY_ASSIGN(const cluster::NamespacePtr by_id,
                  co_await frontend.namespaces().find_by_id(request.id()));
    co_return describe(frontend, *by_id);
}

}  // namespace server::frontend

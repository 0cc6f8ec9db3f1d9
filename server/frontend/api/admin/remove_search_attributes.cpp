#include "server/frontend/api/admin/methods.h"

namespace server::frontend::admin {

Async<Result<admin_api::RemoveSearchAttributesResponse>> remove_search_attributes(
    Frontend& frontend, Call call, admin_api::RemoveSearchAttributesRequest request) {
    operator_api::RemoveSearchAttributesRequest forwarded;
    forwarded.set_namespace_(request.namespace_());
    forwarded.mutable_search_attributes()->Swap(request.mutable_search_attributes());
    auto removed = co_await frontend::remove_search_attributes(frontend, std::move(call),
                                                               std::move(forwarded));
    CO_TRY(removed.status());
    co_return admin_api::RemoveSearchAttributesResponse();
}

}  // namespace server::frontend::admin

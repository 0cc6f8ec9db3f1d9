#include "server/frontend/api/admin/methods.h"

namespace server::frontend::admin {

Async<Result<admin_api::AddSearchAttributesResponse>> add_search_attributes(
    Frontend& frontend, Call call, admin_api::AddSearchAttributesRequest request) {
    operator_api::AddSearchAttributesRequest forwarded;
    forwarded.set_namespace_(request.namespace_());
    forwarded.mutable_search_attributes()->swap(*request.mutable_search_attributes());
    auto added =
        co_await frontend::add_search_attributes(frontend, std::move(call), std::move(forwarded));
    CO_TRY(added.status());
    co_return admin_api::AddSearchAttributesResponse();
}

}  // namespace server::frontend::admin

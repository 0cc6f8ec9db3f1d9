#include "server/frontend/api/admin/methods.h"

namespace server::frontend::admin {

// `mapping` stays empty: attributes are stored under their own names.
Async<Result<admin_api::GetSearchAttributesResponse>> get_search_attributes(
    Frontend& frontend, Call call, admin_api::GetSearchAttributesRequest request) {
    operator_api::ListSearchAttributesRequest forwarded;
    forwarded.set_namespace_(request.namespace_());
    CO_TRY_ASSIGN(auto listed,
                  co_await list_search_attributes(frontend, std::move(call), std::move(forwarded)));
    admin_api::GetSearchAttributesResponse response;
    response.mutable_custom_attributes()->swap(*listed.mutable_custom_attributes());
    response.mutable_system_attributes()->swap(*listed.mutable_system_attributes());
    co_return response;
}

}  // namespace server::frontend::admin

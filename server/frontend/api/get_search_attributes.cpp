#include "server/frontend/api/methods.h"

namespace server::frontend {

// Deprecated for OperatorService.ListSearchAttributes. It names no namespace, so it knows only what
// all of them have.
Async<Result<api::GetSearchAttributesResponse>> get_search_attributes(
    Frontend&, Call, api::GetSearchAttributesRequest) {
    api::GetSearchAttributesResponse response;
    auto& keys = *response.mutable_keys();
    for (const auto& attribute : visibility::system_search_attributes()) {
        keys[std::string(attribute.name)] = static_cast<enums::IndexedValueType>(attribute.type);
    }
    for (const auto& attribute : visibility::predefined_search_attributes()) {
        keys[std::string(attribute.name)] = static_cast<enums::IndexedValueType>(attribute.type);
    }
    co_return response;
}

}  // namespace server::frontend

#include "server/frontend/api/methods.h"

namespace server::frontend {

Async<Result<operator_api::ListSearchAttributesResponse>> list_search_attributes(
    Frontend&, Call call, operator_api::ListSearchAttributesRequest) {
    operator_api::ListSearchAttributesResponse response;
    for (const auto& [name, type] : call.entry->search_attributes.custom()) {
        (*response.mutable_custom_attributes())[name] = static_cast<enums::IndexedValueType>(type);
    }
    auto& system = *response.mutable_system_attributes();
    for (const auto& attribute : visibility::system_search_attributes()) {
        system[std::string(attribute.name)] = static_cast<enums::IndexedValueType>(attribute.type);
    }
    for (const auto& attribute : visibility::predefined_search_attributes()) {
        system[std::string(attribute.name)] = static_cast<enums::IndexedValueType>(attribute.type);
    }
    co_return response;
}

}  // namespace server::frontend

#include "server/frontend/api/methods.h"

namespace server::frontend {

namespace {

using AddAttributes = operator_api::AddSearchAttributesRequest;

Status check_new_attributes(const AddAttributes& request) {
    if (request.search_attributes().empty()) {
        return invalid_argument("SearchAttributes are not set on request.");
    }
    for (const auto& [name, number] : request.search_attributes()) {
        TRY(visibility::check_custom_name(name));
        if (visibility::find_value_type(static_cast<int>(number))) continue;
        return invalid_argument("Unable to read search attribute type of " + name + ": " +
                                std::to_string(static_cast<int>(number)));
    }
    return {};
}

// A name that exists keeps its type: clients compare types themselves.
Status add_attributes(const AddAttributes& request, std::size_t count_max,
                      state::v1::Namespace& stored) {
    auto& known = *stored.mutable_search_attributes();
    for (const auto& [name, type] : request.search_attributes()) {
        known.insert({name, static_cast<enums::IndexedValueType>(type)});
    }
    if (known.size() <= count_max) return {};
    return invalid_argument("a namespace has at most " + std::to_string(count_max) +
                            " custom search attributes");
}

}  // namespace

Async<Result<operator_api::AddSearchAttributesResponse>> add_search_attributes(
    Frontend& frontend, Call call, AddAttributes request) {
    CO_TRY(check_new_attributes(request));
    cluster::NamespaceRegistry::Change change = [&request, &frontend](auto& stored) {
        return add_attributes(request, frontend.limits().custom_search_attributes_max, stored);
    };
    CO_TRY_ASSIGN(const cluster::NamespacePtr updated,
                  co_await frontend.namespaces().update(call.entry->name, std::move(change)));
    static_cast<void>(updated);
    co_return operator_api::AddSearchAttributesResponse();
}

}  // namespace server::frontend

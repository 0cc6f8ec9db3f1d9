#include "server/frontend/api/methods.h"

namespace server::frontend {

namespace {

using RemoveAttributes = operator_api::RemoveSearchAttributesRequest;

Status check_removed_attributes(const RemoveAttributes& request) {
    if (request.search_attributes().empty()) {
        return invalid_argument("SearchAttributes are not set on request.");
    }
    for (const auto& name : request.search_attributes()) {
        if (visibility::is_reserved_name(name)) {
            return invalid_argument("Unable to remove non-custom search attributes: " + name + ".");
        }
    }
    return {};
}

}  // namespace

Async<Result<operator_api::RemoveSearchAttributesResponse>> remove_search_attributes(
    Frontend& frontend, Call call, RemoveAttributes request) {
    CO_TRY(check_removed_attributes(request));
    cluster::NamespaceRegistry::Change change = [&request](auto& stored) -> Status {
        for (const auto& name : request.search_attributes()) {
            stored.mutable_search_attributes()->erase(name);
        }
        return {};
    };
    CO_TRY_ASSIGN(const cluster::NamespacePtr updated,
                  co_await frontend.namespaces().update(call.entry->name, std::move(change)));
    static_cast<void>(updated);
    co_return operator_api::RemoveSearchAttributesResponse();
}

}  // namespace server::frontend

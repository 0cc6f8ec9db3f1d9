#include "server/frontend/api/methods.h"
#include "server/frontend/namespace_view.h"
#include "server/frontend/validation/ids.h"

namespace server::frontend {

// In order of name. The page token is the last name that was looked at, so a page may hold fewer
// than asked for: deleted namespaces are left out.
Async<Result<api::ListNamespacesResponse>> list_namespaces(Frontend& frontend, Call,
                                                           api::ListNamespacesRequest request) {
    const Limits& limits = frontend.limits();
    CO_TRY(check_length("NextPageToken", request.next_page_token(), limits.id_bytes_max));
    std::int32_t page_size = request.page_size();
    if (page_size <= 0) page_size = limits.namespace_page_default;
    page_size = std::min(page_size, limits.namespace_page_max);
    CO_TRY_ASSIGN(const auto entries,
                  co_await frontend.namespaces().list(request.next_page_token(), page_size));
    api::ListNamespacesResponse response;
    for (const auto& entry : entries) {
        const bool deleted = entry->state == enums::NAMESPACE_STATE_DELETED;
        if (deleted && !request.namespace_filter().include_deleted()) continue;
        *response.add_namespaces() = describe(frontend, *entry);
    }
    if (static_cast<std::int32_t>(entries.size()) == page_size) {
        response.set_next_page_token(entries.back()->name);
    }
    co_return response;
}

}  // namespace server::frontend

#include "server/frontend/validation/query.h"

#include "server/frontend/validation/ids.h"

namespace server::frontend {

Async<Result<visibility::Query>> compile_query(Frontend& frontend, cluster::NamespacePtr entry,
                                               std::string text, visibility::BindOptions options) {
    CO_TRY(check_length("Query", text, frontend.limits().query_bytes_max));
    Result<visibility::Query> query = visibility::compile(text, entry->search_attributes, options);
    if (query.ok()) co_return query;
    CO_TRY_ASSIGN(const cluster::NamespacePtr anew,
                  co_await frontend.namespaces().find_anew(entry));
    if (anew->version == entry->version) co_return query;
    co_return visibility::compile(text, anew->search_attributes, options);
}

}  // namespace server::frontend

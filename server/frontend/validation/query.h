#pragma once
// The filter of a call that lists or counts.

#include <string>

#include "server/frontend/frontend.h"
#include "server/visibility/bind.h"

namespace server::frontend {

// InvalidArgument as server/visibility/query_error.h words it. A search attribute that another
// process has just added is not refused: the namespace is read again first.
Async<Result<visibility::Query>> compile_query(Frontend& frontend, cluster::NamespacePtr entry,
                                               std::string text, visibility::BindOptions options);

}  // namespace server::frontend

#pragma once
// The opaque bytes that workers carry back (proto/server/state/v1/token.proto). Whatever they hold,
// a token only ever reaches the namespace whose id is in it, and the interceptors compare that with
// the namespace of the request.

#include <string>

#include "server/base/status.h"
#include "server/frontend/validation/ids.h"
#include "server/state/v1/token.pb.h"
#include "temporal/api/workflowservice/v1/request_response.pb.h"

namespace server::frontend {

// InvalidArgument when the bytes are missing or no such token.
Result<state::v1::TaskToken> parse_task_token(const std::string& bytes);
Result<state::v1::QueryToken> parse_query_token(const std::string& bytes);

template <class Request>
Result<std::string> namespace_id_of_token(const Request& request) {
    TRY_ASSIGN(const state::v1::TaskToken token, parse_task_token(request.task_token()));
    return token.namespace_id();
}
inline Result<std::string> namespace_id_of_token(
    const ::temporal::api::workflowservice::v1::RespondQueryTaskCompletedRequest& request) {
    TRY_ASSIGN(const state::v1::QueryToken token, parse_query_token(request.task_token()));
    return token.namespace_id();
}

}  // namespace server::frontend

#include "server/frontend/validation/task_token.h"

namespace server::frontend {

namespace {

Status check_present(const std::string& bytes) {
    if (!bytes.empty()) return {};
    return invalid_argument("Task token not set on request.");
}

Status unreadable_token() {
    return invalid_argument("Error deserializing task token: it was not made by this server.");
}

}  // namespace

Result<state::v1::TaskToken> parse_task_token(const std::string& bytes) {
    TRY(check_present(bytes));
    state::v1::TaskToken token;
    if (!token.ParseFromString(bytes) || token.namespace_id().empty() ||
        token.workflow_id().empty()) {
        return unreadable_token();
    }
    return token;
}

Result<state::v1::QueryToken> parse_query_token(const std::string& bytes) {
    TRY(check_present(bytes));
    state::v1::QueryToken token;
    if (!token.ParseFromString(bytes) || token.namespace_id().empty() ||
        token.task_queue().empty() || token.query_id().empty()) {
        return unreadable_token();
    }
    return token;
}

}  // namespace server::frontend

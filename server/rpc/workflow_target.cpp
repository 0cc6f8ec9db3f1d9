#include "server/rpc/workflow_target.h"

namespace server::rpc {

Result<state::v1::TaskToken> decode_task_token(const std::string& bytes,
                                               const std::string& namespace_id) {
    if (bytes.empty()) return invalid_argument("Task token not set on request.");
    state::v1::TaskToken token;
    if (!token.ParseFromString(bytes) || token.workflow_id().empty()) {
        return invalid_argument("task token is not readable: " + std::to_string(bytes.size()) +
                                " bytes that this server did not make");
    }
    if (token.namespace_id() != namespace_id) {
        return invalid_argument("task token is of namespace " + token.namespace_id() +
                                ", the request of namespace " + namespace_id);
    }
    return token;
}

}  // namespace server::rpc

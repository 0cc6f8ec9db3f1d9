#include "server/history/api/task_token.h"

namespace server::history::api {

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

Result<state::v1::HistoryToken> decode_history_token(const std::string& bytes,
                                                     const std::string& run_id) {
    state::v1::HistoryToken token;
    const bool readable = token.ParseFromString(bytes) && !token.run_id().empty() &&
                          token.next_event_id() > 0 && token.end_event_id() > 0;
    if (!readable) return invalid_argument("Invalid NextPageToken.");
    if (!run_id.empty() && run_id != token.run_id()) {
        return invalid_argument("RunId in the request does not match the run of NextPageToken: " +
                                run_id + " and " + token.run_id());
    }
    return token;
}

}  // namespace server::history::api

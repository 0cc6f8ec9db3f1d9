#include "server/history/api/task_token.h"

namespace server::history::api {

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

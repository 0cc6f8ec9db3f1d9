#pragma once
// Tokens that clients carry back: read once, at the border of the role.

#include "server/base/status.h"
#include "server/state/v1/token.pb.h"

namespace server::history::api {

// InvalidArgument when it is empty, unreadable, or of another namespace than the call's.
Result<state::v1::TaskToken> decode_task_token(const std::string& bytes,
                                               const std::string& namespace_id);

// InvalidArgument when it is unreadable, or of another run than the request names (empty: any).
Result<state::v1::HistoryToken> decode_history_token(const std::string& bytes,
                                                     const std::string& run_id);

}  // namespace server::history::api

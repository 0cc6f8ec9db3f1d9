#pragma once
// The token of a page of history, which clients carry back. Task tokens: rpc/workflow_target.h.

#include "server/base/status.h"
#include "server/state/v1/token.pb.h"

namespace server::history::api {

// InvalidArgument when it is unreadable, or of another run than the request names (empty: any).
Result<state::v1::HistoryToken> decode_history_token(const std::string& bytes,
                                                     const std::string& run_id);

}  // namespace server::history::api

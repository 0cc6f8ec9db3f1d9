#pragma once
// Identities that the server itself writes into events.

namespace server::workflow {

inline constexpr const char* kHistoryIdentity = "history-service";

}  // namespace server::workflow

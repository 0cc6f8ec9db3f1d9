#pragma once
// The run that follows the end of another by itself: the next attempt of its retry policy, or the
// next run of its cron schedule. Reference events.md §1.3 and §3.8.

#include "server/workflow/state/draft.h"

namespace server::workflow {

// Whether the end of the run may bring a successor. Then the decision that ends it needs
// Environment::started_event.
bool may_have_successor(const MutableState& state);

struct Succession {
    enums::RetryState retry_state = enums::RETRY_STATE_RETRY_POLICY_NOT_SET;  // of the close event
    std::string new_run_id;                                                   // empty: none follows
    enums::ContinueAsNewInitiator initiator = enums::CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED;
    Duration backoff{};
    std::int32_t attempt = 1;
};
// A cron schedule goes on after a success; retry is tried before cron after a failure.
Succession after_completion(Draft& draft);
Succession after_failure(Draft& draft, const failure::Failure& failure);

// What the ended run leaves to its successor; where nothing is said the successor gets what the
// ended run was given.
struct Legacy {
    const common::Payloads* result = nullptr;
    const failure::Failure* failure = nullptr;
    bool forgets_last_result = false;
};
// Behind the close event. Nothing when no run follows.
void add_successor(Draft& draft, const Succession& succession, const Legacy& legacy);

// Runs of a chain start at least Limits::run_lifetime_min apart, so that a loop cannot spin.
Duration spaced_backoff(const Draft& draft, Duration asked);

}  // namespace server::workflow

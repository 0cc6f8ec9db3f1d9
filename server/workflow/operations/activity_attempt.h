#pragma once
// How an attempt of an activity ends: retried in place, or closed by its events. Shared by
// completion calls and timeouts.

#include "server/workflow/backoff/retry.h"
#include "server/workflow/state/draft.h"

namespace server::workflow {

// Sends the present attempt to matching after the commit.
void dispatch_activity(Draft& draft, EventId scheduled_event_id);

// The Started event of an attempt, which history sees only together with the event that closes the
// activity. Nothing for an attempt that no worker took.
void add_activity_started(Draft& draft, const state::v1::Activity& activity);

// Reference events.md §1.5, check order of the retry decision.
RetryVerdict judge_activity_retry(const state::v1::Activity& activity,
                                  const failure::Failure& failure, TimePoint now);

// Waits for `interval`, then dispatches the next attempt; no event.
void retry_activity(Draft& draft, state::v1::Activity activity, const failure::Failure& failure,
                    Duration interval);

void close_activity_failed(Draft& draft, const state::v1::Activity& activity,
                           const failure::Failure& failure, enums::RetryState retry_state,
                           const std::string& identity);

}  // namespace server::workflow

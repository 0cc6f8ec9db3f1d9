#pragma once
// Everything of a run that time makes happen.

#include "server/workflow/state/draft.h"

namespace server::workflow {

// When the run needs its next look: the earliest of its timers, activity deadlines, workflow task
// timeouts, first backoff and run expiration; of a closed run its deletion. kNever when nothing is
// pending. O(1). Of a root state.
TimePoint next_due(const MutableState& state);

// A lower bound for the store, for an overlay: short deadlines are rounded down to the minute, so
// that most transitions leave the stored value as it was. `stored` is the present value.
TimePoint due_to_store(const MutableState& overlay, TimePoint base_due);

// Whether firing at `now` may end the run and start another: then Environment::started_event is
// needed, and without it nothing is fired yet.
bool needs_started_event(const MutableState& state, TimePoint now);

// Fires all that is due at environment.now, in order of time; no transition when nothing is.
Decision<Nothing> fire_due(const MutableState& state, const Environment& environment);

}  // namespace server::workflow

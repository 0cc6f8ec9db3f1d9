#pragma once
// When a closed run leaves the store: at the end of its retention, or when somebody asks for it.

#include "server/workflow/state/draft.h"

namespace server::workflow {

// kNever for an open run.
TimePoint deletion_due(const MutableState& state);

// An open run is terminated first; a closed one is due at once. A repeat changes nothing.
Decision<Nothing> delete_run(const MutableState& state, const Environment& environment);

}  // namespace server::workflow

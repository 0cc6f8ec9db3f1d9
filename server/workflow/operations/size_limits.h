#pragma once
// What a run may grow to. A transition that makes it larger is thrown away, and the server ends the
// run instead; its caller gets InvalidArgument with the same words (reference events.md §2.7).

#include "server/workflow/state/draft.h"

namespace server::workflow {

// Why `transition` makes the open run too large; empty: it does not. A run that it closes may be as
// large as it is, if only the transition is not.
std::string excess_of(const MutableState& before, const Transition& transition,
                      const Limits& limits);
// The same of a run that is being created.
std::string excess_of_start(const Transition& transition, const Limits& limits);

Transition terminate_oversized(const MutableState& state, const Environment& environment,
                               const std::string& reason);

}  // namespace server::workflow

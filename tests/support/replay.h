#pragma once
// The law every run obeys: folding its stored events gives exactly the part of its state that comes
// from history.

#include <string>
#include <vector>

#include "server/workflow/state/mutable_state.h"

namespace server::tests {

using EventBatches = std::vector<std::vector<workflow::HistoryEvent>>;

// Folds stored events into a fresh state.
workflow::MutableState replay(const RunKey& run, const EventBatches& batches);

// The fields of the history part as text, for comparison (proto/server/state/v1/run.proto says
// which they are). `settled` false, for a run with buffered events, leaves out what these have
// touched.
std::string history_part(const workflow::MutableState& state, bool settled);

}  // namespace server::tests

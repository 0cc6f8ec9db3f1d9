#pragma once
// A transition of the core as rows of the store.

#include "server/cluster/namespace_registry.h"
#include "server/store/runs.h"
#include "server/workflow/state/draft.h"

namespace server::history {

// What the write replaces of the run it belongs to.
struct StoredBase {
    std::int64_t version = 0;     // of the record; 0: the write creates the run
    TimePoint next_due = kNever;  // before the transition
};

// Adds the rows of one run's transition to `write`: its record, changed items, history, outbox
// tasks and, where it changed and commits with the transition (`with_record`), the visibility
// record. Task ids of later calls must be higher.
void add_to_write(store::TransitionWrite& write, const workflow::Transition& transition,
                  const StoredBase& base, const cluster::NamespaceEntry& entry, bool with_record);

// What list and count show of the run.
store::VisibilityRecord visibility_record(const workflow::MutableState& state, TaskId version,
                                          const visibility::SearchAttributeCatalog& catalog);

}  // namespace server::history

#pragma once
// The transitions of a batch as one statement. All of it reaches the server before any of it runs,
// so a process that is stopped in the middle of sending holds no lock; and whoever is guilty drops
// out by itself:
//
//   fence    locks the row of each shard (FOR SHARE): a take-over waits for us, or we see it
//   guilty   whose range id, record version, run id or current run is another one, and which
//   alive    one flag per transition
//   …        INSERT, UPDATE, DELETE … WHERE alive: runs, items, history, current, outbox,
//   visibility answer   the guilty, with what is stored; and a division by zero if an alive one was
//   not written
//
// A key that exists already (a history batch) raises, which undoes the statement: the writer then
// runs its halves. Only the parts that a batch needs are in its statement, which is prepared under
// a name made of them.

#include <vector>

#include "server/store/postgres/connection.h"
#include "server/store/runs.h"

namespace server::store::postgres {

using Transitions = std::vector<const TransitionWrite*>;

// Each run, current run and visibility record at most once among all of them. Without
// `with_visibility` the records have a database of their own.
Call transitions_call(const Transitions& writes, bool with_visibility);

// The outcomes, in the order of the writes.
std::vector<CommitOutcome> transition_outcomes(const Transitions& writes, const Rows& answer);

}  // namespace server::store::postgres

#pragma once
// Looks at a simulated cluster as a client and at its tables: whether it is quiet, and what is left
// then, for the invariants of observed.h.

#include <functional>

#include "tests/sim/cluster.h"
#include "tests/sim/observed.h"

namespace server::sim {

class Observer {
public:
    explicit Observer(Cluster& cluster) : cluster_(cluster) {}

    // Returns when no workflow is open; a test failure with the histories of those that still are
    // after `patience`.
    Async<void> wait_until_quiet(Duration patience);
    // All runs of the namespace.
    Async<std::vector<ObservedRun>> observe_runs();
    // How many visibility knows.
    Async<std::int64_t> count_listed(std::string query);
    // Those runs of which a row should be left are named by `expected`.
    StoredRows note_rows(std::string when, const std::vector<ObservedRun>& runs,
                         const std::function<bool(const std::string& run_id)>& expected) const;

private:
    Async<void> report_stuck();
    Async<void> read_history(ObservedRun& run);
    Async<void> read_state(ObservedRun& run);

    Cluster& cluster_;
};

}  // namespace server::sim

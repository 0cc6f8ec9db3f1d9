#pragma once
// Holds histories and acknowledgements against what a durable server promises, whatever happened to
// it meanwhile. Pure. Each check is a sentence and the cases that break it. Every fault test ends
// with these, and with those of stored_runs.h over the database:
//
//   I1   what was acknowledged is in history         check_acknowledgements: starts, signals, tasks
//   I2   a request has its effect once               … exactly one run; no signal is doubled
//   I3   dense event ids, nothing without its run    check_histories; StoredRuns::owned
//   I4   each activity and timer ends once           check_histories
//   I5   one workflow task at a time                 check_histories
//   I6   one open run of a workflow id               … exactly one run; StoredRuns::current
//   I7   the closing event is the last               check_histories
//   I8   no timer is early                           check_histories; timer_lateness
//   I9   attempts once each, heartbeats survive      check_acknowledgements
//   I10  signals keep their order, buffers flush     check_histories
//   I11  a stale owner writes nothing                I1 and I2 after SIGSTOP, take-over, SIGCONT
//   I12  an unknown commit is asked for              I1 and I2 after lost answers of COMMIT
//   I13  no task is lost                             every workflow completes
//   I15  visibility equals the histories             StoredRuns::visible; counts (cluster_test.h)
//   I16  a deleted run leaves nothing                StoredRuns::owned after deletions
//   I17  state equals the replay of history          StoredRuns::replayed, encoded
//
// I14 (queries see what was acknowledged) is left to tests/compat.

#include <string>
#include <vector>

#include "server/base/ids.h"
#include "tests/support/driver/acknowledgements.h"
#include "tests/support/driver/api.h"
#include "tests/support/driver/latencies.h"

namespace server::driver {

struct Check {
    std::string sentence;
    std::vector<std::string> violations = {};  // at most kViolationsMax are kept
    std::size_t violation_count = 0;

    void violated(std::string text);
    // The violations of the same check, done again.
    void add(const Check& again);
    bool holds() const { return violation_count == 0; }
};

// One run of the canned workflow with its events in order.
struct RunHistory {
    RunKey run;
    std::vector<HistoryEvent> events;
    std::vector<HistoryEvent> buffered = {};  // they wait for a workflow task to end
};

// Adds to each known check what was found when it was done again.
void merge(std::vector<Check>& known, std::vector<Check> found);

// What holds for one history by itself, at any moment; `completed` also demands that the run has
// ended well.
std::vector<Check> check_histories(const std::vector<RunHistory>& runs, bool completed);

// What was acknowledged is in the histories, once. `acknowledged` is how many of the log's entries
// count: those that came before the histories were read.
std::vector<Check> check_acknowledgements(const AcknowledgementLog& log, std::size_t acknowledged,
                                          const std::vector<RunHistory>& runs);

// How late timers fired.
Latencies timer_lateness(const std::vector<RunHistory>& runs);

}  // namespace server::driver

#pragma once
// Holds histories and acknowledgements against what a durable server promises, whatever happened to
// it meanwhile. Pure. Each check is a sentence and the cases that break it.

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

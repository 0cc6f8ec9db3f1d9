#pragma once
// What is left when a simulated cluster has come to rest, and what must hold of it (reference
// reliability.md §2a). A violation is a sentence that names the invariant and the run.

#include <string>
#include <vector>

#include "temporal/api/history/v1/message.pb.h"

namespace server::sim {

using History = ::temporal::api::history::v1::History;
using HistoryEvent = ::temporal::api::history::v1::HistoryEvent;

struct ObservedRun {
    std::string workflow_id;
    std::string run_id;
    int listed_status = 0;  // temporal.api.enums.v1.WorkflowExecutionStatus, as visibility shows it
    History history;
    // The part of the state that comes from history: as the store has it, and replayed (I17).
    std::string stored_state;
    std::string replayed_state;
};

// A signal that was acknowledged to a client, which sent its signals one after the other.
struct AcknowledgedSignal {
    std::string workflow_id;
    std::string request_id;
};

struct Observed {
    std::vector<ObservedRun> runs;  // all are closed
    std::vector<AcknowledgedSignal> signals;
};

std::vector<std::string> violations(const Observed& observed);

}  // namespace server::sim

#pragma once
// What is left when a simulated cluster has come to rest, and what must hold of it (reference
// reliability.md §2a). A violation is a sentence that names the invariant and the run.
//
//   I1 I10  signals that were acknowledged are in history, in the run that the answer named, in
//           the order of their sender
//   I2      none twice                       I3 I7  dense ids, one end, at the end
//   I4 I5   what begins ends once; one workflow task at a time
//   I6 I19  one open run per id; a chain goes on where it says
//   I8 I9   timers on time; attempts within their policy
//   I12 I13 follow from the others: an outcome taken for known, or a task dropped, leaves a signal
//           lost or doubled, or a run that never ends, for which the test waits in vain
//   I14     a query sees the signals that were acknowledged before it
//   I15     lists show how each run ended    I17    stored state is the replay of history
//   I16     a run that was deleted, or whose retention is over, has left every table, and no other
//   I18     children: started once, ended once, policy applied once

#include <string>
#include <vector>

#include "temporal/api/history/v1/message.pb.h"

namespace server::sim {

using History = ::temporal::api::history::v1::History;
using HistoryEvent = ::temporal::api::history::v1::HistoryEvent;

struct ObservedRun {
    std::string workflow_id;
    std::string run_id;
    std::string branch_id;  // under which the store keeps the history
    int listed_status = 0;  // temporal.api.enums.v1.WorkflowExecutionStatus, as visibility shows it
    History history;
    // The part of the state that comes from history: as the store has it, and replayed (I17).
    std::string stored_state;
    std::string replayed_state;
};

// A signal that was acknowledged to a client, which sent its signals one after the other.
struct AcknowledgedSignal {
    std::string workflow_id;
    std::string run_id;  // that the answer named
    std::string request_id;
};

// A query that was answered: what its worker saw, and what had been acknowledged when it was sent.
struct AnsweredQuery {
    std::string workflow_id;
    std::string run_id;                         // whose worker answered
    std::vector<std::string> seen_request_ids;  // of signals
    std::vector<AcknowledgedSignal> acknowledged;
};

// What the store has of runs at one moment.
struct StoredRows {
    std::string when;
    struct OfRun {
        std::string workflow_id;
        std::string run_id;
        std::vector<std::string> rows;
        bool expected = false;  // whether there should be any
    };
    std::vector<OfRun> runs;
};

struct Observed {
    std::vector<ObservedRun> runs;  // all are closed
    std::vector<AcknowledgedSignal> signals;
    std::vector<AnsweredQuery> queries;
    std::vector<StoredRows> rows;
};

std::vector<std::string> violations(const Observed& observed);

}  // namespace server::sim

#include "tests/sim/answers.h"

#include <algorithm>
#include <map>

namespace server::sim {

namespace {

using Ids = std::vector<std::string>;

bool has(const Ids& ids, const std::string& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

Ids signals_of(const ObservedRun& run) {
    Ids ids;
    for (const HistoryEvent& event : run.history.events()) {
        if (!event.has_workflow_execution_signaled_event_attributes()) continue;
        ids.push_back(event.workflow_execution_signaled_event_attributes().request_id());
    }
    return ids;
}

// A signal is in the run that its answer named, and those of one run lie in the order in which
// their sender, who waited for each answer, sent them.
void check_signals(const Observed& observed, std::vector<std::string>& found) {
    std::map<std::string, Ids> sent;  // by run
    for (const AcknowledgedSignal& signal : observed.signals) {
        sent[signal.run_id].push_back(signal.request_id);
    }
    for (const ObservedRun& run : observed.runs) {
        Ids arrived;
        for (const std::string& id : signals_of(run)) {
            if (has(sent[run.run_id], id)) arrived.push_back(id);
        }
        if (arrived != sent[run.run_id]) {
            found.push_back("I1/I10: signals to run " + run.run_id + " of " + run.workflow_id +
                            " are lost or out of order");
        }
        sent.erase(run.run_id);
    }
    for (const auto& [run_id, ids] : sent) {
        found.push_back("I1: a signal was acknowledged for run " + run_id + ", which is not there");
    }
}

void check_query(const AnsweredQuery& query, std::vector<std::string>& found) {
    for (const AcknowledgedSignal& signal : query.acknowledged) {
        if (signal.run_id != query.run_id || has(query.seen_request_ids, signal.request_id)) {
            continue;
        }
        found.push_back("I14: a query of " + query.workflow_id + ", run " + query.run_id +
                        ", did not see signal " + signal.request_id +
                        ", which was acknowledged before");
    }
}

}  // namespace

void check_answers(const Observed& observed, std::vector<std::string>& found) {
    check_signals(observed, found);
    for (const AnsweredQuery& query : observed.queries) check_query(query, found);
}

}  // namespace server::sim

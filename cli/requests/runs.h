#pragma once
// What commands know of a run: how its history is read, and how it ended.

#include <functional>
#include <optional>
#include <string>

#include "cli/client/connection.h"
#include "cli/requests/api.h"

namespace cli {

// Which run: an empty run id means the current one.
struct Run {
    std::string namespace_name;
    std::string workflow_id;
    std::string run_id;
};

common::WorkflowExecution execution_of(const Run& run);

using TakeEvent = std::function<void(const history::HistoryEvent&)>;

// Every event of the run, in order; with `follow` also those to come, until the run closes.
Status read_history(Connection& connection, const Run& run, bool follow, const TakeEvent& take);

// How a run ended.
struct Outcome {
    std::string run_id;  // of the last run of the chain; empty when that was not asked for
    history::HistoryEvent close_event;
    std::string status;  // COMPLETED, FAILED, CANCELED, TERMINATED, TIMEOUT
    common::Payloads result;
    std::string failure;  // what it says of itself; empty when it completed
};

// The outcome that a closing event tells of. Nothing for another event, and for one whose chain
// goes on: in the run `next_run_id`.
std::optional<Outcome> outcome_of(const history::HistoryEvent& event, std::string& next_run_id);

// Waits until the run, or the last one that it goes on as, has closed.
Result<Outcome> wait_for_outcome(Connection& connection, Run run);

}  // namespace cli

#pragma once
// What a database file holds, read without the server: every run with its history and its stored
// state. For the file of a server that does not run; that of a killed one is copied first, so that
// the server itself recovers the original.

#include <string>
#include <vector>

#include "server/base/status.h"
#include "server/workflow/state/mutable_state.h"
#include "tests/support/driver/checker.h"

namespace server::driver {

struct StoredRuns {
    std::vector<RunHistory> histories;
    Check readable{.sentence = "every stored run can be read"};
    Check replayed{.sentence = "replaying a history gives the stored state"};
    Check encoded{.sentence = "a stored state equals its own encoding"};
    Check current{.sentence = "the current run of a workflow id is the run itself"};
    Check intact{.sentence = "the database file is intact"};

    std::vector<Check> checks() const { return {readable, replayed, encoded, current, intact}; }
    std::size_t event_count() const;
};

// Unavailable or DataLoss when the file cannot be opened or listed; a damaged run is a violation.
Result<StoredRuns> load_stored_runs(const std::string& file);

// Copies a database with its write-ahead log to `copy`, and reads that.
Result<StoredRuns> load_copy_of(const std::string& file, const std::string& copy);

}  // namespace server::driver

#pragma once
// What a database holds, read without the server: every run with its history and its stored state,
// and the key of every row that belongs to a run. For the database of a server that does not run or
// is quiet; the file of a killed one is copied first, so that the server itself recovers the
// original.
//
//   stored_keys.h   the keys, listed by the SQL of each database
//   the runs        read through the store's own ports, whatever the database is

#include <optional>
#include <string>
#include <vector>

#include "server/base/status.h"
#include "server/store/postgres/options.h"
#include "tests/support/driver/checker.h"

namespace server::driver {

struct StoredRuns {
    std::vector<RunHistory> histories;
    Check readable{.sentence = "every stored run can be read"};
    Check replayed{.sentence = "replaying a history gives the stored state"};
    Check encoded{.sentence = "a stored state equals its own encoding"};
    Check current{.sentence = "the current run of a workflow id is the run itself"};
    Check owned{.sentence = "nothing is stored of a run that is not there"};
    Check visible{.sentence = "visibility has every run, with its status"};
    std::optional<Check> intact;  // of a file

    std::vector<Check> checks() const;
    std::size_t event_count() const;
};

// Unavailable or DataLoss when the file cannot be opened or listed; a damaged run is a violation.
// These block.
Result<StoredRuns> load_stored_runs(const std::string& file);

// Copies a database file with its write-ahead log to `copy`, and reads that.
Result<StoredRuns> load_copy_of(const std::string& file, const std::string& copy);

// `options` has a database of its own for visibility.
Result<StoredRuns> load_stored_runs(const store::postgres::Options& options);

}  // namespace server::driver

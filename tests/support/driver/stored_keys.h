#pragma once
// The keys of all rows that belong to a run, as SQL lists them.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "server/base/ids.h"
#include "server/store/postgres/options.h"
#include "server/store/sqlite/connection.h"

namespace server::driver {

struct StoredKeys {
    struct Run {
        ShardId shard_id;
        RunKey run;
    };

    std::vector<Run> runs;
    std::set<std::string> items;         // run ids
    std::set<std::string> current_runs;  // run ids
    std::set<std::string> branches;      // of history
    std::map<std::string, int> visible;  // status by run id

    // Whether a table but that of history has a row of this run.
    bool has(const std::string& run_id) const;
};

Result<StoredKeys> list_keys(store::sqlite::Connection& connection);
// Connects to both databases.
Result<StoredKeys> list_keys(const store::postgres::Options& options);

}  // namespace server::driver

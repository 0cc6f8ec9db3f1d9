#pragma once
// Which rows of a store still speak of a run.

#include <string>
#include <vector>

#include "server/store/memory/tables.h"
#include "tests/sim/observed.h"

namespace server::sim {

// A name of the table and of the row for each; none: the run has left every table.
std::vector<std::string> rows_of_run(const store::memory::Tables& tables, const std::string& run_id,
                                     const std::string& branch_id);

// I16: what should have left every table has, and nothing else.
void check_rows(const Observed& observed, std::vector<std::string>& found);

}  // namespace server::sim

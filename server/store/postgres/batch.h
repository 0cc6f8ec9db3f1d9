#pragma once
// The statements of a batch, and the answers to its jobs.

#include <span>
#include <vector>

#include "server/store/postgres/connection.h"
#include "server/store/postgres/jobs.h"

namespace server::store::postgres {

// One transaction for jobs of one kind.
Transaction statements_of(std::span<const WriteJob> jobs, bool with_visibility);

// After the commit: each job's answer, from the rows of these statements.
void answer_jobs(std::span<WriteJob> jobs, std::span<const Rows> rows);

}  // namespace server::store::postgres

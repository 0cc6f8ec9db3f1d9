#pragma once
// Histories read through the API: of one run, and of all runs whose start was acknowledged with
// what the checker finds in them.

#include <vector>

#include "tests/support/driver/acknowledgements.h"
#include "tests/support/driver/checker.h"
#include "tests/support/driver/client.h"

namespace server::driver {

// `patience`: how long one call is repeated.
Async<Result<RunHistory>> read_history(Client& client, RunKey run, Duration patience);

// All workflows have completed.
Async<std::vector<Check>> check_all_histories(Client& client, const AcknowledgementLog& log,
                                              Duration patience);

}  // namespace server::driver

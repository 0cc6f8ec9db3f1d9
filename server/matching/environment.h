#pragma once
// What the parts of the matching role share: clock, randomness and the roles and stores it calls.
// Owned by the service, read by all lanes.

#include "server/matching/metrics.h"
#include "server/matching/options.h"
#include "server/rpc/history.h"
#include "server/rpc/matching.h"
#include "server/runtime/clock.h"
#include "server/runtime/random.h"
#include "server/store/task_queues.h"

namespace server::matching {

struct Environment {
    Clock& clock;
    Random& random;
    store::TaskQueues& task_queues;
    Options options;
    rpc::History* history = nullptr;     // set before the first call
    rpc::Matching* matching = nullptr;   // the partitions of all processes; likewise
    MatchingMetrics* metrics = nullptr;  // never null once the service is there
    std::size_t lanes_in_cluster = 1;    // of all processes, as far as this one knows
};

}  // namespace server::matching

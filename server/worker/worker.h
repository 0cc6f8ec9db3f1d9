#pragma once
// The worker role: background jobs of the whole cluster (retention, schedules, batches, deletes,
// archival), each a row with a lease in the store and a step function, so that one process at a
// time runs it and another takes over.
//
// No job is built yet: the role starts, owns nothing and stops. It is here so that jobs have a
// place, an owner that stops them, and the order of starting and stopping (server/app/server.h) is
// final.

#include "server/runtime/async.h"

namespace server::worker {

class Worker {
public:
    // Begins the jobs. On any lane.
    Async<Status> start();
    // Ends the jobs and waits until none is running.
    Async<void> stop();
};

}  // namespace server::worker

#pragma once
// Workflows on a task queue of their own, which has no worker at first: their first tasks wait in
// the backlogs of priority 1 of its partitions. A server that loads the queue comes upon these
// backlogs only where the store lists the queue's partitions.

#include <string>
#include <vector>

#include "tests/support/driver/worker.h"
#include "tests/support/driver/workload.h"

namespace server::driver {

class WaitingWorkflows {
public:
    static constexpr int kCount = 40;

    WaitingWorkflows(std::string task_queue, Client& client, AcknowledgementLog& log, Lane& lane,
                     Clock& clock, Random& random);

    // Returns when the backlog has all of their tasks; Unavailable after `patience`.
    Async<Status> start(Duration patience);
    // Starts the worker.
    void serve() { worker_.start(); }
    // False when some have not completed at `deadline`.
    Async<bool> completed(TimePoint deadline) { return workload_.completed(deadline); }
    void stop();
    // False when a coroutine still runs at `deadline`.
    Async<bool> ended(TimePoint deadline);

    const std::string& task_queue() const { return task_queue_; }
    int started() const { return workload_.started(); }
    std::vector<std::string> surprises() const;

private:
    // -1: not known.
    Async<std::int64_t> backlog_count();

    const std::string task_queue_;
    Client& client_;
    Clock& clock_;
    Worker worker_;
    Workload workload_;
};

}  // namespace server::driver

#pragma once
// A worker that decides by the history it is shown, as an SDK does: one activity, one timer and as
// many signals as the workflow's memo of the test asks for; then the workflow completes.

#include <string>

#include "tests/sim/cluster.h"

namespace server::sim {

struct Script {
    Duration timer = 30 * 24h;
    int signals = 0;
    int activity_failures_in_ten = 0;  // how many of ten attempts fail, by the seed
    Duration think_max = 50ms;         // before an answer, by the seed
};

class Worker {
public:
    Worker(Cluster& cluster, Script script) : cluster_(cluster), script_(script) {}

    // Both loops end after stop().
    Async<void> poll_workflow_tasks();
    Async<void> poll_activity_tasks();
    void stop() { stopping_ = true; }
    // Returns when the loops have ended: a poll that waits first runs into its timeout.
    Async<void> ended();

private:
    Async<void> answer_workflow_task(api::PollWorkflowTaskQueueResponse task);
    Async<void> answer_activity_task(api::PollActivityTaskQueueResponse task);
    Async<void> think();

    Cluster& cluster_;
    const Script script_;
    bool stopping_ = false;
    int loops_ = 0;
};

api::StartWorkflowExecutionRequest start_request(const std::string& workflow_id);

}  // namespace server::sim

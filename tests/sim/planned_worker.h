#pragma once
// A worker that plays random plans (plan.h): it decides by the history it is shown, answers late,
// loses some answers, and fails some attempts, all by the seed.

#include "tests/sim/cluster.h"
#include "tests/sim/plan.h"

namespace server::sim {

namespace common = ::temporal::api::common::v1;

struct Habits {
    std::uint64_t seed = 0;
    int roots = 1;
    Duration think_max = 200ms;
    int answers_lost_in_hundred = 3;
    int tasks_failed_in_hundred = 3;
    int activities_failed_in_hundred = 20;
};

class PlannedWorker {
public:
    PlannedWorker(Cluster& cluster, Habits habits) : cluster_(cluster), habits_(habits) {}

    // Each is one loop of polls; they end after stop().
    Async<void> poll_workflow_tasks();
    Async<void> poll_activity_tasks();
    void stop() { stopping_ = true; }
    Async<void> ended();

private:
    Async<void> answer_workflow_task(api::PollWorkflowTaskQueueResponse task);
    Async<void> answer_activity_task(api::PollActivityTaskQueueResponse task);
    Async<void> think();
    bool happens(int in_hundred);

    Cluster& cluster_;
    const Habits habits_;
    bool stopping_ = false;
    int loops_ = 0;
};

// A start of the first run of a workflow that plays its plan.
api::StartWorkflowExecutionRequest planned_start(const std::string& workflow_id);
// The answer to any query that comes with this task: the run, and the request ids of the signals in
// its history.
common::Payloads planned_query_answer(const api::PollWorkflowTaskQueueResponse& task);
// The answer to a task with this history.
api::RespondWorkflowTaskCompletedRequest planned_answer(
    const ::temporal::api::history::v1::History& history, const Habits& habits);

}  // namespace server::sim

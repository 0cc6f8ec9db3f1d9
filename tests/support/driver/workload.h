#pragma once
// The clients of the workflows: starts runs of the canned workflow, a given number at once, sends
// each its signals and waits for its result (workflow_calls.h).

#include <string>
#include <vector>

#include "tests/support/driver/latencies.h"
#include "tests/support/driver/tasks.h"
#include "tests/support/driver/workflow_calls.h"

namespace server::driver {

class Workload {
public:
    struct Options {
        Shape shape;
        std::string id_prefix = "driver";
        std::string task_queue = "driver";
        int priority = 0;           // 0: not said
        int workflows_max = 1'000;  // started in all
        int at_once = 100;
        Duration signal_pause_max{};  // before each signal, random up to this
        Duration workflow_task_timeout = 10s;
        Duration patience = 60s;  // how long one call is repeated
    };

    Workload(Options options, Client& client, AcknowledgementLog& log, Lane& lane, Clock& clock,
             Random& random);

    void start();
    // Nothing new is started; what runs goes on to its end.
    void stop_starting() { starting_ = false; }
    // False when some have not completed at `deadline`.
    Async<bool> completed(TimePoint deadline) { return tasks_.wait_until(deadline); }

    int started() const { return next_; }
    const std::vector<std::string>& surprises() const { return calls_.surprises(); }

    const Latencies& start_latencies() const { return start_latencies_; }
    const Latencies& signal_latencies() const { return signal_latencies_; }
    // From the call that starts a workflow to its result.
    const Latencies& workflow_latencies() const { return workflow_latencies_; }

private:
    Async<void> one_after_another();
    Async<void> run_one(std::string workflow_id);
    Async<void> signal_all(common::WorkflowExecution execution);

    Options options_;
    WorkflowCalls calls_;
    Clock& clock_;
    Random& random_;
    Tasks tasks_;
    bool starting_ = true;
    int next_ = 0;
    Latencies start_latencies_;
    Latencies signal_latencies_;
    Latencies workflow_latencies_;
};

}  // namespace server::driver

#pragma once
// The client and the operator of a simulated cluster: what they ask of planned workflows (plan.h),
// and what they were told, which observed.h holds against what is left.

#include <string>
#include <vector>

#include "tests/sim/cluster.h"
#include "tests/sim/observed.h"

namespace server::sim {

class Client {
public:
    explicit Client(Cluster& cluster) : cluster_(cluster) {}

    // The first run of a workflow.
    Async<void> start(std::string workflow_id);
    // `name` is its request id, another for each.
    Async<void> signal(std::string workflow_id, std::string name);
    Async<void> query(std::string workflow_id);
    // Nothing happens to one that has closed by itself.
    Async<void> terminate(std::string workflow_id);
    Async<void> delete_run(std::string workflow_id, std::string run_id);

    const std::vector<AcknowledgedSignal>& signals() const { return signals_; }
    const std::vector<AnsweredQuery>& queries() const { return queries_; }

private:
    Cluster& cluster_;
    std::vector<AcknowledgedSignal> signals_;
    std::vector<AnsweredQuery> queries_;
};

}  // namespace server::sim

#pragma once
// What a client does with one workflow of the canned kind: start it, signal, query and update it,
// and wait for its result. Every call has a fixed request id and is repeated until it is answered.
// What was acknowledged is kept in the log; a failure that a correct server does not give is kept
// in surprises().

#include <string>
#include <vector>

#include "tests/support/driver/acknowledgements.h"
#include "tests/support/driver/canned_workflow.h"
#include "tests/support/driver/client.h"

namespace server::driver {

class WorkflowCalls {
public:
    struct Options {
        std::string workflow_type = kWorkflowType;
        int priority = 0;  // 0: not said
        Duration workflow_task_timeout = 10s;
        Duration patience = 60s;  // how long one call is repeated
    };

    WorkflowCalls(Options options, Client& client, AcknowledgementLog& log)
        : options_(std::move(options)), client_(client), log_(log) {}

    // The run id.
    Async<Result<std::string>> start(std::string workflow_id, std::string task_queue, Shape shape);
    // `number`: its place among the signals of this workflow, from 0. NotFound is no surprise when
    // an earlier try may have arrived and let the run complete.
    Async<Status> signal(common::WorkflowExecution execution, int number);
    // The numbers of the signals that the run has seen, "0 1 2".
    Async<Result<std::string>> query(common::WorkflowExecution execution);
    // Until it is completed.
    Async<Status> update(common::WorkflowExecution execution, int number);
    Async<Status> terminate(common::WorkflowExecution execution);
    // Waits with long polls, as an SDK client does, along the chain of runs that continue as new;
    // its run ids. Only a result that cannot be had is a failure, not one that is bad.
    Async<Result<std::vector<std::string>>> result(common::WorkflowExecution execution);

    const std::vector<std::string>& surprises() const { return surprises_; }

private:
    // The closing event of one run.
    Async<Result<HistoryEvent>> closing_event(common::WorkflowExecution execution);
    template <class Request>
    Request request_to() const;
    void note(const std::string& what, const std::string& workflow_id, const Status& status);

    Options options_;
    Client& client_;
    AcknowledgementLog& log_;
    std::vector<std::string> surprises_;  // at most kSurprisesMax
};

}  // namespace server::driver

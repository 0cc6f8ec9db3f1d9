#pragma once
// The worker: polls for workflow tasks and activities and answers them with the canned workflow.
// With a sticky queue it keeps the runs it has seen, gets partial histories, and fetches the whole
// one when it lacks the beginning. It answers queries, and accepts and completes every update.
//
// An answer is repeated until the server gives one of its own. "Not found" is no failure: the task
// was answered by an earlier try, has timed out, or the run is over. Everything else unexpected is
// kept in surprises().

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/driver/acknowledgements.h"
#include "tests/support/driver/canned_workflow.h"
#include "tests/support/driver/client.h"
#include "tests/support/driver/tasks.h"

namespace server::driver {

class Worker {
public:
    struct Options {
        std::string task_queue = "driver";
        int workflow_pollers = 16;
        int activity_pollers = 16;
        bool sticky = true;
        Duration patience = 60s;  // how long one answer is repeated
    };

    Worker(Options options, Client& client, AcknowledgementLog& log, Lane& lane, Clock& clock);

    void start();
    // The pollers end with their next answer; closing the client ends those at once.
    void stop() { stopping_ = true; }
    Async<bool> stopped(TimePoint deadline) { return pollers_.wait_until(deadline); }

    // Answers that a correct server does not give; at most kSurprisesMax are kept.
    const std::vector<std::string>& surprises() const { return surprises_; }

private:
    using WorkflowTask = api::PollWorkflowTaskQueueResponse;
    using ActivityTask = api::PollActivityTaskQueueResponse;

    struct CachedRun {
        CannedRun run;
        EventId seen_through = 0;  // the started event id of the last completed workflow task
    };

    Async<void> poll_workflow_tasks(bool sticky);
    Async<void> poll_activities();
    Async<void> work_on(WorkflowTask task);
    // Answers one task; the next one of the run when the server sends it along, else a task without
    // a token.
    Async<WorkflowTask> answer(WorkflowTask task);
    Async<void> answer_query(WorkflowTask task);
    // Empty when the history could not be read: the run has gone.
    Async<std::optional<CannedRun>> rebuild(WorkflowTask task);
    Async<std::optional<CannedRun>> read_whole_history(WorkflowTask task);
    Async<void> work_on(ActivityTask task);
    Async<void> complete(ActivityTask task);
    Async<void> fail(ActivityTask task);
    // False when the attempt is over for the server.
    Async<bool> heartbeat(ActivityTask task);

    template <class Request, class Task>
    Request answer_to(const Task& task) const {
        Request request;
        request.set_namespace_(client_.options().namespace_name);
        request.set_identity(client_.options().identity);
        request.set_task_token(task.task_token());
        return request;
    }
    void name_sticky_queue(taskqueue::TaskQueue& queue) const;
    void remember(const WorkflowTask& task, CannedRun run);
    Acknowledgement entry(Acknowledgement::Kind kind, const ActivityTask& task) const;
    Acknowledgement entry(Acknowledgement::Kind kind, const WorkflowTask& task) const;
    void keep(Acknowledgement::Kind kind, const ActivityTask& task, const Status& status);
    void note(const std::string& what, const std::string& workflow_id, const Status& status);

    Options options_;
    Client& client_;
    AcknowledgementLog& log_;
    Tasks pollers_;
    bool stopping_ = false;
    std::map<std::string, CachedRun> runs_;  // by run id, at most kRunsMax
    std::vector<std::string> surprises_;
};

}  // namespace server::driver

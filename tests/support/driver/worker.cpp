#include "tests/support/driver/worker.h"

#include <limits>

#include "tests/support/driver/update_answers.h"

namespace server::driver {

namespace {

constexpr Duration kPollTimeout = 70s;
constexpr Duration kStickyTimeout = 2s;
constexpr std::size_t kRunsMax = 10'000;
constexpr std::size_t kSurprisesMax = 100;

// The answer to a task that is not there any more, or was answered already.
bool is_stale(Code code) { return code == Code::NotFound || code == Code::Cancelled; }

bool is_unhandled_command(const Status& status) {
    return status.code() == Code::InvalidArgument &&
           status.message().find("UnhandledCommand") != std::string::npos;
}

}  // namespace

Worker::Worker(Options options, Client& client, AcknowledgementLog& log, Lane& lane, Clock& clock)
    : options_(std::move(options)), client_(client), log_(log), pollers_(lane, clock) {}

void Worker::start() {
    for (int index = 0; index < options_.workflow_pollers; ++index) {
        const bool sticky = options_.sticky && index % 2 == 1;
        pollers_.spawn(poll_workflow_tasks(sticky));
    }
    for (int index = 0; index < options_.activity_pollers; ++index) {
        pollers_.spawn(poll_activities());
    }
}

void Worker::name_sticky_queue(taskqueue::TaskQueue& queue) const {
    queue.set_name(options_.task_queue + "-sticky");
    queue.set_kind(enums::TASK_QUEUE_KIND_STICKY);
    queue.set_normal_name(options_.task_queue);
}

Async<void> Worker::poll_workflow_tasks(bool sticky) {
    api::PollWorkflowTaskQueueRequest request;
    request.set_namespace_(client_.options().namespace_name);
    request.set_identity(client_.options().identity);
    request.mutable_task_queue()->set_name(options_.task_queue);
    if (sticky) name_sticky_queue(*request.mutable_task_queue());
    for (int failures = 0; !stopping_;) {
        Result<WorkflowTask> task = co_await client_.call<WorkflowTask>(request, kPollTimeout);
        if (task.ok()) {
            failures = 0;
            if (!task->task_token().empty()) co_await work_on(std::move(task).value());
        } else if (!stopping_) {
            if (!Client::may_pass(task.status().code()))
                note("poll of workflow tasks", "any", task.status());
            co_await client_.pause(failures++);
        }
    }
}

Async<void> Worker::poll_activities() {
    api::PollActivityTaskQueueRequest request;
    request.set_namespace_(client_.options().namespace_name);
    request.set_identity(client_.options().identity);
    request.mutable_task_queue()->set_name(options_.task_queue);
    for (int failures = 0; !stopping_;) {
        Result<ActivityTask> task = co_await client_.call<ActivityTask>(request, kPollTimeout);
        if (task.ok()) {
            failures = 0;
            if (!task->task_token().empty()) co_await work_on(std::move(task).value());
        } else if (!stopping_) {
            if (!Client::may_pass(task.status().code()))
                note("poll of activities", "any", task.status());
            co_await client_.pause(failures++);
        }
    }
}

Async<void> Worker::work_on(WorkflowTask task) {
    while (!task.task_token().empty()) task = co_await answer(std::move(task));
}

Async<Worker::WorkflowTask> Worker::answer(WorkflowTask task) {
    if (task.has_query()) {
        co_await answer_query(std::move(task));
        co_return WorkflowTask();
    }
    log_.append(entry(Acknowledgement::Kind::workflow_task_polled, task));
    std::optional<CannedRun> run = co_await rebuild(task);
    if (!run) co_return WorkflowTask();
    auto request = answer_to<api::RespondWorkflowTaskCompletedRequest>(task);
    request.set_return_new_workflow_task(true);
    const int updates = answer_updates(task, request);
    for (command::Command& command : run->decide(updates)) {
        *request.add_commands() = std::move(command);
    }
    for (const auto& [id, query] : task.queries()) {
        auto& result = (*request.mutable_query_results())[id];
        result.set_result_type(enums::QUERY_RESULT_TYPE_ANSWERED);
        *result.mutable_answer() = run->answer_to_query();
    }
    if (options_.sticky) {
        auto& sticky = *request.mutable_sticky_attributes();
        name_sticky_queue(*sticky.mutable_worker_task_queue());
        set_duration(*sticky.mutable_schedule_to_start_timeout(), kStickyTimeout);
    }
    auto answered = co_await client_.persist<api::RespondWorkflowTaskCompletedResponse>(
        std::move(request), options_.patience);
    if (!answered.result.ok()) {
        runs_.erase(task.workflow_execution().run_id());
        const Status status = answered.result.status();
        if (!is_unhandled_command(status)) {
            note("workflow task", task.workflow_execution().workflow_id(), status);
        }
        co_return WorkflowTask();
    }
    log_.append(entry(Acknowledgement::Kind::workflow_task_completed, task));
    remember(task, std::move(*run));
    co_return std::move(*answered.result->mutable_workflow_task());
}

Async<void> Worker::answer_query(WorkflowTask task) {
    std::optional<CannedRun> run = co_await rebuild(task);
    if (!run) co_return;
    api::RespondQueryTaskCompletedRequest request;  // has no identity
    request.set_namespace_(client_.options().namespace_name);
    request.set_task_token(task.task_token());
    request.set_completed_type(enums::QUERY_RESULT_TYPE_ANSWERED);
    *request.mutable_query_result() = run->answer_to_query();
    auto answered = co_await client_.persist<api::RespondQueryTaskCompletedResponse>(
        std::move(request), options_.patience);
    if (!answered.result.ok()) {
        note("query", task.workflow_execution().workflow_id(), answered.result.status());
    }
}

// Events up to the started event of the last task are known already; a task whose attempt failed
// shows some again.
Async<std::optional<CannedRun>> Worker::rebuild(WorkflowTask task) {
    const auto cached = runs_.find(task.workflow_execution().run_id());
    const bool whole = task.history().events_size() > 0 && task.history().events(0).event_id() == 1;
    const bool known =
        cached != runs_.end() && cached->second.seen_through == task.previous_started_event_id();
    if (!task.next_page_token().empty() || (!whole && !known)) {
        co_return co_await read_whole_history(std::move(task));
    }
    CannedRun run = whole ? CannedRun(task.workflow_execution().workflow_id()) : cached->second.run;
    const EventId seen = whole ? 0 : cached->second.seen_through;
    for (const HistoryEvent& event : task.history().events()) {
        if (event.event_id() > seen) run.fold(event);
    }
    co_return run;
}

Async<std::optional<CannedRun>> Worker::read_whole_history(WorkflowTask task) {
    CannedRun run(task.workflow_execution().workflow_id());
    // A query looks at all there is.
    const EventId last =
        task.has_query() ? std::numeric_limits<EventId>::max() : task.started_event_id();
    api::GetWorkflowExecutionHistoryRequest request;
    request.set_namespace_(client_.options().namespace_name);
    *request.mutable_execution() = task.workflow_execution();
    do {
        auto page = co_await client_.persist<api::GetWorkflowExecutionHistoryResponse>(
            request, options_.patience);
        if (!page.result.ok()) {
            note("history", task.workflow_execution().workflow_id(), page.result.status());
            co_return std::nullopt;
        }
        for (const HistoryEvent& event : page.result->history().events()) {
            if (event.event_id() <= last) run.fold(event);
        }
        request.set_next_page_token(page.result->next_page_token());
    } while (!request.next_page_token().empty());
    co_return run;
}

Async<void> Worker::work_on(ActivityTask task) {
    log_.append(entry(Acknowledgement::Kind::activity_polled, task));
    const std::string& workflow_id = task.workflow_execution().workflow_id();
    const Result<Shape> shape = decode_shape(text_of(task.input()));
    const bool fails = shape.ok() && fails_first(*shape, workflow_id, task.activity_id());
    if (!fails || task.attempt() > 1) {
        co_await complete(std::move(task));
        co_return;
    }
    const bool alive = co_await heartbeat(task);
    if (alive) co_await fail(std::move(task));
}

Async<void> Worker::complete(ActivityTask task) {
    auto request = answer_to<api::RespondActivityTaskCompletedRequest>(task);
    const Result<Shape> shape = decode_shape(text_of(task.input()));
    *request.mutable_result() = text_payload("attempt " + std::to_string(task.attempt()),
                                             shape.ok() ? shape->payload_bytes : 0);
    auto answered = co_await client_.persist<api::RespondActivityTaskCompletedResponse>(
        std::move(request), options_.patience);
    keep(Acknowledgement::Kind::activity_completed, task, answered.result.status());
}

Async<void> Worker::fail(ActivityTask task) {
    auto request = answer_to<api::RespondActivityTaskFailedRequest>(task);
    request.mutable_failure()->set_message("the first attempt fails");
    request.mutable_failure()->mutable_application_failure_info()->set_type("FirstAttempt");
    auto answered = co_await client_.persist<api::RespondActivityTaskFailedResponse>(
        std::move(request), options_.patience);
    keep(Acknowledgement::Kind::activity_failed, task, answered.result.status());
}

Async<bool> Worker::heartbeat(ActivityTask task) {
    auto request = answer_to<api::RecordActivityTaskHeartbeatRequest>(task);
    *request.mutable_details() = text_payload("half done");
    auto answered = co_await client_.persist<api::RecordActivityTaskHeartbeatResponse>(
        std::move(request), options_.patience);
    keep(Acknowledgement::Kind::activity_heartbeat, task, answered.result.status());
    co_return answered.result.ok();
}

void Worker::remember(const WorkflowTask& task, CannedRun run) {
    if (!options_.sticky) return;
    if (runs_.size() >= kRunsMax) runs_.erase(runs_.begin());
    CachedRun cached{std::move(run), task.started_event_id()};
    runs_.insert_or_assign(task.workflow_execution().run_id(), std::move(cached));
}

Acknowledgement Worker::entry(Acknowledgement::Kind kind, const ActivityTask& task) const {
    Acknowledgement entry;
    entry.kind = kind;
    entry.workflow_id = task.workflow_execution().workflow_id();
    entry.run_id = task.workflow_execution().run_id();
    entry.id = task.activity_id();
    entry.attempt = task.attempt();
    entry.had_details = task.has_heartbeat_details();
    return entry;
}

Acknowledgement Worker::entry(Acknowledgement::Kind kind, const WorkflowTask& task) const {
    Acknowledgement entry;
    entry.kind = kind;
    entry.workflow_id = task.workflow_execution().workflow_id();
    entry.run_id = task.workflow_execution().run_id();
    entry.number = task.started_event_id();
    entry.attempt = task.attempt();
    return entry;
}

void Worker::keep(Acknowledgement::Kind kind, const ActivityTask& task, const Status& status) {
    if (status.ok()) {
        log_.append(entry(kind, task));
    } else {
        note(name_of(kind), task.workflow_execution().workflow_id(), status);
    }
}

void Worker::note(const std::string& what, const std::string& workflow_id, const Status& status) {
    if (is_stale(status.code()) || surprises_.size() >= kSurprisesMax) return;
    surprises_.push_back(what + ", workflow " + workflow_id + ": code " +
                         std::to_string(static_cast<int>(status.code())) + ", " + status.message());
}

}  // namespace server::driver

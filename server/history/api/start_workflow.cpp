// StartWorkflowExecution: request-id dedupe, id policies, and the new run (reference
// temporal-server.md §2.1).

#include "server/history/api/api.h"
#include "server/history/api/run_access.h"
#include "server/history/api/worker_task.h"
#include "server/workflow/operations/child.h"
#include "server/workflow/operations/external.h"
#include "server/workflow/operations/size_limits.h"
#include "server/workflow/operations/start_run.h"

namespace server::history::api {

namespace {

namespace enums = ::temporal::api::enums::v1;
// Two attempts may need it (start_workflow).
using StartRequest = std::shared_ptr<const role::v1::StartWorkflowRequest>;
using StartResponse = StartWorkflowExecutionResponse;

StartResponse started_response(const workflow::MutableState& state, bool started,
                               const std::string& namespace_name) {
    StartResponse response;
    response.set_run_id(state.run().run_id);
    response.set_first_execution_run_id(state.start().first_execution_run_id());
    response.set_started(started);
    response.set_status(state.info().status());
    auto& link = *response.mutable_link()->mutable_workflow_event();
    link.set_namespace_(namespace_name);
    link.set_workflow_id(state.run().workflow_id);
    link.set_run_id(state.run().run_id);
    link.mutable_event_ref()->set_event_id(1);
    link.mutable_event_ref()->set_event_type(enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED);
    return response;
}

workflow::TerminateRun terminate_for(const std::string& new_run_id) {
    workflow::TerminateRun request;
    request.reason = "TerminateIfRunning WorkflowIdReusePolicy";
    request.identity = "history-service";
    auto& payload = *request.details.add_payloads();
    (*payload.mutable_metadata())["encoding"] = "json/plain";
    payload.set_data("\"terminated by new runID: " + new_run_id + "\"");
    request.has_details = true;
    return request;
}

std::optional<workflow::ParentLink> parent_link(const StartRequest& request) {
    if (!request->has_parent()) return std::nullopt;
    const role::v1::Parent& given = request->parent();
    workflow::ParentLink link{given.namespace_id(), given.namespace_name(), given.execution(),
                              given.initiated_event_id(), given.root_execution()};
    return link;
}

// The child that is asked for runs already: an earlier attempt started it, and since then it may
// have continued as new.
bool is_same_child(const workflow::MutableState& existing, const StartRequest& request) {
    return request->has_parent() && workflow::is_child_of(existing, request->parent().execution(),
                                                          request->parent().initiated_event_id());
}

// The first workflow task of a run whose start asked to get it, while it is still the one that was
// started with the run; so a start that is repeated because its answer was lost gets it as well.
// None when it cannot be read: the start stands, and the task runs into its timeout.
using EagerTask = std::optional<PollWorkflowTaskQueueResponse>;
Async<EagerTask> find_eager_task(Shard& shard, RunKey key, std::string request_id) {
    Result<LockedRun> run = co_await shard.lock_run(std::move(key));
    if (!run.ok()) co_return std::nullopt;
    const auto* task = run->state().workflow_task();
    const bool handed_out = run->state().workflow_task_started() && task->attempt() == 1 &&
                            task->request_id() == request_id;
    if (!handed_out) co_return std::nullopt;
    auto eager = co_await worker_task(shard, std::move(run).value());
    if (!eager.ok()) co_return std::nullopt;
    co_return std::move(eager).value();
}

// What is known of the workflow id's current run.
struct Before {
    LockedRun* open_run = nullptr;  // ends in the same commit
    std::optional<std::string> closed_run_id{};
    bool is_guess = false;  // that there is none; create_run answers AlreadyExists if there is one
};

Async<Result<StartResponse>> create_run(Shard& shard, StartRequest request, Before before) {
    LockedRun* open_run = before.open_run;
    CO_TRY_ASSIGN(const cluster::NamespacePtr entry,
                  co_await shard.find_namespace(request->namespace_id()));
    CO_TRY(co_await shard.prepare_write());
    workflow::Environment environment = shard.environment(entry);
    RunKey run{request->namespace_id(), request->request().workflow_id(), shard.random().uuid()};
    Step step;
    if (open_run) {
        auto ended = workflow::terminate(open_run->state(), environment, terminate_for(run.run_id));
        CO_TRY(ended.reply.status());
        step.run = open_run;
        step.transition = std::move(ended.transition);
        environment.next_task_id = step.transition->next_task_id;
        environment.random = shard.random().next();
    }
    const std::string create_request_id = request->request().request_id();
    const auto* signal = request->has_signal() ? &request->signal() : nullptr;
    step.created = std::make_unique<workflow::NewRun>(
        workflow::start_run(run, request->request(), environment, parent_link(request), signal));
    const std::string excess =
        workflow::excess_of_start(step.created->transition, environment.limits);
    if (!excess.empty()) co_return invalid_argument(excess);
    step.replaces_run_id = std::move(before.closed_run_id);
    step.guesses_new = before.is_guess;
    StartResponse response = started_response(step.created->transition.next, true, entry->name);
    CO_TRY(co_await shard.commit(std::move(step), entry));
    if (open_run) open_run->release();
    if (request->request().request_eager_execution()) {
        EagerTask task = co_await find_eager_task(shard, std::move(run), create_request_id);
        if (task) *response.mutable_eager_workflow_task() = std::move(*task);
    }
    co_return response;
}

Async<Result<StartResponse>> answer_existing(Shard& shard, StartRequest request, LockedRun existing,
                                             bool started) {
    StartResponse response =
        started_response(existing.state(), started, request->request().namespace_());
    if (!started || !request->request().request_eager_execution()) co_return response;
    RunKey run = existing->key;
    existing.release();
    EagerTask task =
        co_await find_eager_task(shard, std::move(run), request->request().request_id());
    if (task) *response.mutable_eager_workflow_task() = std::move(*task);
    co_return response;
}

// The run gets the signal that came with the start, unless it has had it before.
Async<Result<StartResponse>> signal_existing(Shard& shard, StartRequest request,
                                             LockedRun existing) {
    const auto decide = [&request](const workflow::MutableState& state,
                                   const workflow::Environment& environment) {
        return workflow::signal(state, environment, request->signal(), std::nullopt,
                                workflow::Wakes::delayed_as_well);
    };
    const auto done = co_await write_run<workflow::Nothing>(shard, existing, decide);
    CO_TRY(done.status());
    co_return started_response(existing.state(), false, request->request().namespace_());
}

Async<Result<StartResponse>> start_beside(Shard& shard, StartRequest request, LockedRun existing) {
    if (is_same_child(existing.state(), request)) {
        co_return started_response(existing.state(), true, request->request().namespace_());
    }
    const workflow::StartVerdict verdict =
        request->has_signal()
            ? workflow::judge_signal_with_start(existing.state(), request->request())
            : workflow::judge_start(existing.state(), request->request());
    switch (verdict.kind) {
    case workflow::StartVerdict::Kind::start_new: {
        Before closed{.closed_run_id = existing->key.run_id};
        co_return co_await create_run(shard, std::move(request), std::move(closed));
    }
    case workflow::StartVerdict::Kind::terminate_existing: {
        Before open{.open_run = &existing};
        co_return co_await create_run(shard, std::move(request), std::move(open));
    }
    case workflow::StartVerdict::Kind::answer_existing:
        co_return co_await answer_existing(shard, std::move(request), std::move(existing),
                                           verdict.started);
    case workflow::StartVerdict::Kind::signal_existing:
        co_return co_await signal_existing(shard, std::move(request), std::move(existing));
    case workflow::StartVerdict::Kind::refuse: break;
    }
    co_return verdict.refusal;
}

}  // namespace

// Most workflow ids are new, and the commit says so when one is not: nobody asks before.
Reply<StartResponse> start_workflow(Shard& shard, rpc::CallContext,
                                    role::v1::StartWorkflowRequest given) {
    const auto request = std::make_shared<const role::v1::StartWorkflowRequest>(std::move(given));
    WorkflowKey workflow{request->namespace_id(), request->request().workflow_id()};
    const WorkflowLocks::Lock one_start_at_a_time = co_await shard.lock_workflow(workflow);
    if (!shard.knows_current_run(workflow)) {
        Before guess{.is_guess = true};
        Result<StartResponse> created = co_await create_run(shard, request, std::move(guess));
        if (created.status().code() != Code::AlreadyExists) co_return created;
    }
    CO_TRY_ASSIGN(std::optional<store::CurrentRun> current,
                  co_await shard.find_current_run(workflow));
    if (!current) {
        Before none;
        co_return co_await create_run(shard, request, std::move(none));
    }
    Result<LockedRun> existing = co_await shard.lock_current_run(workflow);
    if (!existing.ok()) co_return existing.status();
    co_return co_await start_beside(shard, request, std::move(existing).value());
}

}  // namespace server::history::api

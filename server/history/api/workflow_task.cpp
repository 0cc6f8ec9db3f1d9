// The calls about workflow tasks: started by a poll, completed, failed (reference §2.5).

#include "server/workflow/operations/workflow_task.h"
#include "server/history/api/api.h"
#include "server/history/api/run_access.h"
#include "server/history/api/worker_task.h"
#include "server/telemetry/log.h"
#include "server/workflow/commands/command.h"
#include "server/workflow/operations/successor.h"

namespace server::history::api {

namespace {

using workflow::Environment;
using workflow::MutableState;
using workflow::Nothing;

// Of a completion that may end the run and start another.
Async<Result<std::optional<workflow::HistoryEvent>>> started_event_for(Shard& shard,
                                                                       const LockedRun& run,
                                                                       bool may_end_run) {
    std::optional<workflow::HistoryEvent> started;
    if (may_end_run && workflow::may_have_successor(run.state())) {
        CO_TRY_ASSIGN(started, co_await shard.read_started_event(run));
    }
    co_return started;
}

}  // namespace

Reply<PollWorkflowTaskQueueResponse> record_workflow_task_started(
    Shard& shard, rpc::CallContext, role::v1::RecordWorkflowTaskStartedRequest request) {
    CO_TRY_ASSIGN(LockedRun run,
                  co_await lock_execution(shard, request.namespace_id(), request.execution()));
    workflow::WorkflowTaskStart start;
    start.scheduled_event_id = request.scheduled_event_id();
    start.stamp = request.stamp();
    start.request_id = request.request_id();
    start.identity = request.poll().identity();
    start.task_queue = request.poll().task_queue().name();
    start.started_with = request.started_with();
    const auto decide = [&start](const MutableState& state, const Environment& environment) {
        return workflow::start_workflow_task(state, environment, start);
    };
    const auto started = co_await write_run<Nothing>(shard, run, decide);
    CO_TRY(obsolete_if_invalid(started.status()));
    co_return co_await worker_task(shard, std::move(run));
}

namespace {

void add_names(const ::temporal::api::common::v1::SearchAttributes& attributes,
               std::vector<std::string>& names) {
    for (const auto& [name, value] : attributes.indexed_fields()) names.push_back(name);
}

// Of all commands that set some.
std::vector<std::string> search_attributes_of(
    const rpc::api::RespondWorkflowTaskCompletedRequest& request) {
    std::vector<std::string> names;
    for (const auto& command : request.commands()) {
        add_names(
            command.upsert_workflow_search_attributes_command_attributes().search_attributes(),
            names);
        add_names(
            command.continue_as_new_workflow_execution_command_attributes().search_attributes(),
            names);
        add_names(command.start_child_workflow_execution_command_attributes().search_attributes(),
                  names);
    }
    return names;
}

}  // namespace

Reply<RespondWorkflowTaskCompletedResponse> respond_workflow_task_completed(
    Shard& shard, rpc::CallContext, state::v1::TaskToken token,
    role::v1::RespondWorkflowTaskCompletedRequest request) {
    std::vector<std::string> names = search_attributes_of(request.request());
    if (!names.empty()) {
        CO_TRY(co_await shard.learn_search_attributes(token.namespace_id(), std::move(names)));
    }
    CO_TRY_ASSIGN(LockedRun run, co_await shard.lock_run(run_of(token)));
    const auto decide = [&](const MutableState& state, const Environment& environment) {
        return workflow::complete_workflow_task(state, environment, token, request.request());
    };
    const auto& commands = request.request().commands();
    const bool may_end_run =
        !commands.empty() && workflow::is_closing(commands.rbegin()->command_type());
    CO_TRY_ASSIGN(const auto started, co_await started_event_for(shard, run, may_end_run));
    CO_TRY_ASSIGN(workflow::WorkflowTaskCompletion completion,
                  co_await write_run<workflow::WorkflowTaskCompletion>(
                      shard, run, decide, started ? &*started : nullptr));
    run->queries.answer(request.request().query_results());
    RespondWorkflowTaskCompletedResponse response;
    for (auto& task : completion.activity_tasks) *response.add_activity_tasks() = std::move(task);
    if (!completion.next_task_started) co_return response;
    auto next = co_await worker_task(shard, std::move(run));
    if (next.ok()) {
        *response.mutable_workflow_task() = std::move(next).value();
    } else {
        // The completion stands. The next task, started but not delivered, runs into its timeout.
        log::warn("next workflow task not delivered", {{"workflow_id", token.workflow_id()},
                                                       {"run_id", token.run_id()},
                                                       {"reason", next.status().message()}});
    }
    co_return response;
}

Reply<RespondWorkflowTaskFailedResponse> respond_workflow_task_failed(
    Shard& shard, rpc::CallContext, state::v1::TaskToken token,
    role::v1::RespondWorkflowTaskFailedRequest request) {
    CO_TRY_ASSIGN(LockedRun run, co_await shard.lock_run(run_of(token)));
    const auto decide = [&](const MutableState& state, const Environment& environment) {
        return workflow::fail_workflow_task(state, environment, token, request.request());
    };
    const auto done = co_await write_run<Nothing>(shard, run, decide);
    CO_TRY(done.status());
    co_return RespondWorkflowTaskFailedResponse();
}

}  // namespace server::history::api

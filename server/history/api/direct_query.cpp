#include "server/history/api/direct_query.h"

#include "server/history/api/history_pages.h"
#include "server/history/shard/write_run.h"
#include "server/workflow/operations/workflow_task.h"

namespace server::history::api {

namespace {

using QueryResponse = ::temporal::api::workflowservice::v1::QueryWorkflowResponse;
using Query = ::temporal::api::query::v1::WorkflowQuery;

// What is taken of the run under its lock.
struct QueryTarget {
    role::v1::DispatchQueryRequest request;  // without task queue and history
    HistorySpan whole_history;
    std::string normal_task_queue;
    std::string sticky_task_queue;  // empty: not sticky
    Duration sticky_timeout{};
    bool running = false;
};

QueryTarget target_of(const LockedRun& run, Query query) {
    const workflow::MutableState& state = run.state();
    QueryTarget target;
    target.request.set_namespace_id(run->key.namespace_id);
    auto& task = *target.request.mutable_task();
    task.mutable_workflow_execution()->set_workflow_id(run->key.workflow_id);
    task.mutable_workflow_execution()->set_run_id(run->key.run_id);
    task.mutable_workflow_type()->set_name(state.start().workflow_type());
    task.set_previous_started_event_id(
        state.info().last_completed_workflow_task_started_event_id());
    task.set_attempt(1);
    task.mutable_history();
    auto& queue = *task.mutable_workflow_execution_task_queue();
    queue.set_name(state.start().task_queue());
    queue.set_kind(::temporal::api::enums::v1::TASK_QUEUE_KIND_NORMAL);
    *task.mutable_query() = std::move(query);
    target.whole_history = {run->key, state.info().branch_id(), 1, state.next_event_id()};
    target.normal_task_queue = state.start().task_queue();
    target.sticky_task_queue = state.info().sticky_task_queue();
    target.sticky_timeout = Duration{state.info().sticky_schedule_to_start_timeout_ns()};
    target.running = state.running();
    return target;
}

// The worker that has the workflow in its cache needs no history. Empty: it did not take the query.
Async<std::optional<Result<QueryResponse>>> ask_sticky(Shard& shard, rpc::CallContext context,
                                                       QueryTarget target, TimePoint deadline) {
    const TimePoint own_deadline = saturating_add(shard.clock().now(), target.sticky_timeout);
    context.deadline = std::min(deadline, own_deadline);
    target.request.set_task_queue(target.sticky_task_queue);
    target.request.set_sticky(true);
    auto answer =
        co_await shard.matching().dispatch_query(std::move(context), std::move(target.request));
    const Status status = answer.status();
    const bool nobody = status.detail<StickyWorkerUnavailable>() != nullptr;
    const bool too_slow = status.code() == Code::DeadlineExceeded && own_deadline < deadline;
    if (nobody || too_slow) co_return std::nullopt;
    co_return std::move(answer);
}

Async<Status> clear_stickiness(Shard& shard, RunKey run, std::string sticky_task_queue) {
    CO_TRY_ASSIGN(LockedRun locked, co_await shard.lock_run(std::move(run)));
    const bool same = locked.state().info().sticky_task_queue() == sticky_task_queue;
    if (!same || !locked.state().running()) co_return ok_status();
    const auto decide = [](const workflow::MutableState& state,
                           const workflow::Environment& environment) {
        return workflow::reset_stickiness(state, environment);
    };
    const auto cleared = co_await write_run<workflow::Nothing>(shard, locked, decide);
    co_return cleared.status();
}

}  // namespace

Async<Result<QueryResponse>> ask_directly(Shard& shard, rpc::CallContext context, LockedRun run,
                                          Query query, TimePoint deadline) {
    QueryTarget target = target_of(run, std::move(query));
    run.release();
    if (!target.sticky_task_queue.empty()) {
        auto answer = co_await ask_sticky(shard, context, target, deadline);
        if (answer) co_return std::move(*answer);
        CO_TRY(
            co_await clear_stickiness(shard, target.whole_history.run, target.sticky_task_queue));
    }
    CO_TRY_ASSIGN(HistoryPage page, co_await read_page(shard, target.whole_history,
                                                       shard.options().history_page_batches_max));
    target.request.set_task_queue(target.normal_task_queue);
    auto& task = *target.request.mutable_task();
    task.set_next_page_token(page_token(target.whole_history, page));
    *task.mutable_history() = std::move(page.history);
    context.deadline = deadline;
    co_return co_await shard.matching().dispatch_query(std::move(context),
                                                       std::move(target.request));
}

}  // namespace server::history::api

// QueryWorkflow (reference §2.6): asked of a worker directly when no workflow task is pending, else
// carried by that task, so that the answer reflects every event before the query.

#include "server/base/mutant.h"
#include "server/history/api/api.h"
#include "server/history/api/direct_query.h"
#include "server/history/api/run_access.h"

namespace server::history::api {

namespace {

namespace enums = ::temporal::api::enums::v1;
using QueryRequest = role::v1::QueryWorkflowRequest;
using QueryResponse = QueryWorkflowResponse;
using workflow::MutableState;

Status not_ready(const std::string& reason) {
    return {Code::FailedPrecondition, reason, WorkflowNotReady{}};
}

bool rejected(const MutableState& state, enums::QueryRejectCondition condition) {
    const auto status = state.info().status();
    switch (condition) {
    case enums::QUERY_REJECT_CONDITION_NOT_OPEN: return !state.running();
    case enums::QUERY_REJECT_CONDITION_NOT_COMPLETED_CLEANLY:
        return !state.running() && status != enums::WORKFLOW_EXECUTION_STATUS_COMPLETED;
    default: return false;
    }
}

enum class Way { refused, wait_for_first_task, direct, with_task };

struct Plan {
    Way way = Way::refused;
    Status refusal;
};

Plan refuse_query(std::string reason) { return {Way::refused, not_ready(std::move(reason))}; }

Plan plan_query(const MutableState& state, TimePoint deadline, const Options& options) {
    const auto* task = state.workflow_task();
    if (state.info().last_completed_workflow_task_started_event_id() == kNoEvent) {
        if (!state.running()) {
            return refuse_query("workflow was closed before its first workflow task completed");
        }
        const bool starts_too_late = !state.info().workflow_task_ever_scheduled() &&
                                     from_unix_nanos(state.start().execution_time_ns()) > deadline;
        if (starts_too_late) return refuse_query("workflow task is not scheduled yet");
        return {Way::wait_for_first_task, {}};
    }
    if (task && task->attempt() >= options.query_task_attempts_max) {
        return refuse_query("Unable to query workflow due to Workflow Task in failed state.");
    }
    const bool direct = !state.running() || !task || mutant("queries_overtake");
    return {direct ? Way::direct : Way::with_task, {}};
}

Result<QueryResponse> response_of(const BufferedQueries::Answer& answer) {
    if (answer.result_type() == enums::QUERY_RESULT_TYPE_FAILED) {
        QueryFailed detail{answer.failure().SerializeAsString()};
        return Status(Code::InvalidArgument, answer.error_message(), std::move(detail));
    }
    QueryResponse response;
    *response.mutable_query_result() = answer.answer();
    return response;
}

using Outcome = std::optional<std::variant<BufferedQueries::Answer, BufferedQueries::Released>>;

// Waits in the run's buffer. Empty when the time is over or the caller has gone.
Async<Result<Outcome>> ask_with_task(Shard& shard, rpc::CallContext context, LockedRun run,
                                     BufferedQueries::Query query, TimePoint deadline) {
    if (run->queries.size() >= shard.options().buffered_queries_max) {
        co_return Status(Code::ResourceExhausted,
                         "query buffer is full: " + std::to_string(run->queries.size()) +
                             " queries wait for workflow " + run->key.workflow_id,
                         ResourceExhausted{ResourceExhausted::Cause::busy_workflow});
    }
    const auto waiting = std::make_shared<BufferedQueries::Waiting>(std::move(query), shard.clock(),
                                                                    shard.lane().executor());
    const std::string id = shard.random().uuid();
    const std::shared_ptr<CachedRun> cached = run.shared();
    cached->queries.add(id, waiting);
    run.release();
    std::weak_ptr<BufferedQueries::Waiting> weak = waiting;
    auto leave = [weak] {
        if (const auto still_waiting = weak.lock()) still_waiting->alarm.wake();
    };
    const auto subscription = context.cancellation->subscribe(shard.lane(), std::move(leave));
    co_await waiting->alarm.wait_until(deadline);
    cached->queries.remove(id);
    co_return std::move(waiting->outcome);
}

Status timed_out(const std::string& workflow_id) {
    return {Code::DeadlineExceeded,
            "no worker answered the query of workflow " + workflow_id + " in time"};
}

Status wait_is_over(Shard& shard, const rpc::CallContext& context, TimePoint deadline) {
    const bool over = shard.clock().now() >= deadline || context.cancellation->cancelled();
    return over ? not_ready("the first workflow task has not been completed yet") : ok_status();
}

}  // namespace

Reply<QueryResponse> query_workflow(Shard& shard, rpc::CallContext context, QueryRequest request) {
    const TimePoint deadline = std::min(
        context.deadline, saturating_add(shard.clock().now(), shard.options().query_wait_max));
    while (true) {
        CO_TRY_ASSIGN(LockedRun run, co_await lock_execution(shard, request.namespace_id(),
                                                             request.request().execution()));
        request.mutable_request()->mutable_execution()->set_run_id(run->key.run_id);
        if (rejected(run.state(), request.request().query_reject_condition())) {
            QueryResponse response;
            response.mutable_query_rejected()->set_status(run.state().info().status());
            co_return response;
        }
        Plan plan = plan_query(run.state(), deadline, shard.options());
        if (plan.way == Way::refused) co_return plan.refusal;
        if (plan.way == Way::direct) {
            co_return co_await ask_directly(shard, std::move(context), std::move(run),
                                            request.request().query(), deadline);
        }
        if (plan.way == Way::wait_for_first_task) {
            CO_TRY(wait_is_over(shard, context, deadline));
            const std::shared_ptr<CachedRun> cached = run.shared();
            run.release();
            CO_TRY(co_await shard.wait_for_commit(cached, deadline, context));
            continue;
        }
        CO_TRY_ASSIGN(const Outcome outcome,
                      co_await ask_with_task(shard, context, std::move(run),
                                             request.request().query(), deadline));
        if (!outcome) co_return timed_out(request.request().execution().workflow_id());
        if (const auto* answer = std::get_if<BufferedQueries::Answer>(&*outcome)) {
            co_return response_of(*answer);
        }
        // Released: the next look finds no pending task, or one that came meanwhile.
    }
}

}  // namespace server::history::api

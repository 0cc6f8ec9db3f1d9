#pragma once
// The one way of every write to a run that exists: decide on its state, commit what was decided,
// answer.

#include "server/history/shard/shard.h"
#include "server/telemetry/log.h"
#include "server/workflow/operations/size_limits.h"

namespace server::history {

// The run has become too large: it ends instead of what was decided, and the caller is told why.
inline Async<Status> end_oversized_run(Shard& shard, LockedRun& run, workflow::Transition end,
                                       cluster::NamespacePtr entry, std::string reason) {
    Step step;
    step.run = &run;
    step.transition = std::move(end);
    log::warn(
        "run ended by the server",
        {{"workflow_id", run->key.workflow_id}, {"run_id", run->key.run_id}, {"reason", reason}});
    CO_TRY(co_await shard.commit(std::move(step), std::move(entry)));
    co_return invalid_argument(std::move(reason));
}

// `decide(const MutableState&, const Environment&)` returns Decision<Reply> and must not wait. A
// decision without a transition writes nothing; a refusal with one is written first, then answered.
// After a failed commit the run's state is gone from memory. `started_event` is the run's first,
// for decisions that need it (Environment).
template <class Reply, class Decide>
Async<Result<Reply>> write_run(Shard& shard, LockedRun& run, const Decide& decide,
                               const workflow::HistoryEvent* started_event = nullptr) {
    CO_TRY_ASSIGN(const cluster::NamespacePtr entry,
                  co_await shard.find_namespace(run->key.namespace_id));
    CO_TRY(co_await shard.prepare_write());
    workflow::Environment environment = shard.environment(entry);
    environment.started_event = started_event;
    workflow::Decision<Reply> decision = decide(run.state(), environment);
    if (decision.transition) {
        const std::string excess =
            workflow::excess_of(run.state(), *decision.transition, environment.limits);
        if (!excess.empty()) {
            workflow::Transition end =
                workflow::terminate_oversized(run.state(), environment, excess);
            const Status ended =
                co_await end_oversized_run(shard, run, std::move(end), entry, excess);
            co_return ended;
        }
        Step step;
        step.run = &run;
        step.transition = std::move(decision.transition);
        CO_TRY(co_await shard.commit(std::move(step), entry));
    }
    co_return std::move(decision.reply);
}

}  // namespace server::history

#include "server/workflow/operations/deletion.h"

#include "server/base/mutant.h"
#include "server/workflow/events/identity.h"
#include "server/workflow/operations/external.h"

namespace server::workflow {

TimePoint deletion_due(const MutableState& state) {
    const std::int64_t due_ns = state.info().deletion_due_ns();
    if (state.running() || due_ns == 0 || mutant("closed_runs_stay")) return kNever;
    return from_unix_nanos(due_ns);
}

Decision<Nothing> delete_run(const MutableState& state, const Environment& environment) {
    if (deletion_due(state) <= environment.now) return {std::nullopt, Nothing{}};
    Draft draft(state, environment);
    if (!state.running()) {
        draft.record(RetentionSet{state.info().retention_ns(), environment.now,
                                  TaskId{state.info().last_close_task_id()}});
        return {std::move(draft).close(), Nothing{}};
    }
    TerminateRun request;
    request.reason = "Delete workflow execution";
    request.identity = kHistoryIdentity;
    terminate_in(draft, request);
    draft.delete_after_close();
    return {std::move(draft).close(), Nothing{}};
}

}  // namespace server::workflow

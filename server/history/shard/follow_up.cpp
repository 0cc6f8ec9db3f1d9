// What the shard does for its queues: reading what was left in the store, executing tasks, firing
// what is due.

#include "server/base/mutant.h"
#include "server/history/queues/transfer.h"
#include "server/history/shard/shard.h"
#include "server/history/shard/write_run.h"
#include "server/telemetry/log.h"
#include "server/workflow/operations/deletion.h"
#include "server/workflow/operations/due.h"

namespace server::history {

Async<Result<std::vector<store::OutboxTask>>> Shard::read_outbox(TaskId after) {
    return runs_.read_outbox(id_, after, options_.outbox_page_rows);
}

Async<Status> Shard::execute(state::v1::Task task) {
    telemetry::MeasuredCall measure(metrics_.task(task.kind_case()), clock_.now());
    Status status = co_await execute_task(*this, std::move(task));
    measure.end(clock_.now(), status);
    co_return status;
}

Async<void> Shard::flush_outbox() {
    if (!ready().ok() || outbox_.done_through() <= outbox_.acknowledged()) co_return;
    const std::uint64_t epoch = epoch_;
    store::TransitionWrite write;
    write.shard_id = id_;
    write.range_id = range_id_;
    write.outbox_done_through = outbox_.done_through();
    const TaskId done_through = write.outbox_done_through;
    const store::CommitOutcome outcome = co_await send(std::move(write));
    if (epoch != epoch_) co_return;
    if (outcome.kind == store::CommitKind::committed) {
        outbox_.acknowledge(done_through);
    } else if (const Status failed = react_to_failure(outcome); !failed.ok()) {
        log::debug("outbox not flushed", {{"shard_id", id_}, {"reason", failed.message()}});
    }
}

Async<Result<std::vector<store::DueRun>>> Shard::read_due_runs(TimePoint before,
                                                               std::optional<store::DueRun> after) {
    return runs_.read_due_runs(id_, before, std::move(after), options_.timer_page_runs);
}

std::optional<TimePoint> Shard::exact_due(const RunKey& run) const {
    const CachedRun* cached = cache_.find(run);
    if (!cached || !cached->state || cached->epoch != epoch_) return std::nullopt;
    return workflow::next_due(*cached->state);
}

Async<Status> Shard::fire(RunKey run) {
    telemetry::MeasuredCall measure(metrics_.timer_task(), clock_.now());
    Status status = co_await fire_due(std::move(run));
    measure.end(clock_.now(), status);
    co_return status;
}

Async<Status> Shard::fire_due(RunKey run) {
    Result<LockedRun> locked = co_await lock_run(run);
    if (!locked.ok()) {
        const CachedRun* cached = cache_.find(run);
        const bool hopeless =
            locked.status().code() == Code::NotFound || (cached && cached->damaged);
        co_return hopeless ? ok_status() : locked.status();
    }
    if (!locked->state().running()) {
        locked->release();
        co_return co_await delete_if_due(std::move(run));
    }
    const std::int64_t version = (*locked)->version;
    const auto decide = [](const workflow::MutableState& state,
                           const workflow::Environment& environment) {
        return workflow::fire_due(state, environment);
    };
    std::optional<workflow::HistoryEvent> started;
    if (workflow::needs_started_event(locked->state(), clock_.now())) {
        CO_TRY_ASSIGN(started, co_await read_started_event(*locked));
    }
    const auto fired = co_await write_run<workflow::Nothing>(*this, *locked, decide,
                                                             started ? &*started : nullptr);
    CO_TRY(fired.status());
    const bool nothing_was_due = (*locked)->version == version;
    if (nothing_was_due) {
        CO_TRY(co_await raise_stored_due(*locked));
    } else if (const StoredBatch* newest = (*locked)->recent_history.newest()) {
        const auto entry = co_await find_namespace(run.namespace_id);
        if (entry.ok()) metrics_.count_timeouts((*entry)->name, newest->events);
    }
    timers_.set(run, workflow::next_due(locked->state()));
    co_return ok_status();
}

// The store's lower bound was too low. Where it would bring the run back again and again it is
// raised.
Async<Status> Shard::raise_stored_due(LockedRun& locked) {
    const TimePoint due = workflow::next_due(locked.state());
    if (due < saturating_add(clock_.now(), options_.timer_window / 2)) co_return ok_status();
    // While the shard is taken anew range_id_ may be the old one: a write with it would look like
    // the loss of the shard.
    if (!mutant("due_raised_while_loading")) CO_TRY(ready());
    const std::uint64_t epoch = epoch_;
    store::RunWrite run;
    run.run = locked->key;
    run.expected_version = locked->version;
    run.info = locked.state().encode_info();
    run.next_due = due;
    store::TransitionWrite write;
    write.shard_id = id_;
    write.range_id = range_id_;
    write.runs.push_back(std::move(run));
    const store::CommitOutcome outcome = co_await send(std::move(write));
    if (outcome.kind == store::CommitKind::committed) {
        ++locked->version;
        co_return ok_status();
    }
    if (outcome.kind != store::CommitKind::refused)
        locked->epoch = 0;  // read again by the next one
    if (epoch != epoch_) co_return ok_status();
    co_return react_to_failure(outcome);
}

// A closed run leaves the store, whole, when its time has come and the tasks of its close are done:
// they may read it. A start of its workflow id waits meanwhile, for the pointer may go as well.
Async<Status> Shard::delete_if_due(RunKey key) {
    WorkflowKey workflow{key.namespace_id, key.workflow_id};
    const WorkflowLocks::Lock no_start = co_await lock_workflow(workflow);
    Result<LockedRun> found = co_await lock_run(key);
    if (found.status().code() == Code::NotFound) co_return ok_status();
    CO_TRY_ASSIGN(LockedRun locked, std::move(found));
    const TimePoint due = workflow::deletion_due(locked.state());
    if (due > clock_.now()) {
        timers_.set(key, workflow::next_due(locked.state()));
        co_return ok_status();
    }
    const auto& info = locked.state().info();
    // Where visibility has a database of its own, the task of the close's record lies a few ids
    // behind.
    constexpr std::int64_t kRecordTaskBehind = 256;
    if (outbox_.has_open_through(TaskId{info.last_close_task_id() + kRecordTaskBehind})) {
        co_return unavailable("tasks of the run's close are under way");
    }
    if (!visibility_commits_with_transition_) {
        std::vector<RunKey> records{key};
        CO_TRY(co_await visibility_.remove(std::move(records)));
        CO_TRY(ready());
    }
    const std::uint64_t epoch = epoch_;
    store::TransitionWrite write;
    write.shard_id = id_;
    write.range_id = range_id_;
    store::RunDelete gone{key, locked->version, info.branch_id()};
    write.deleted_runs.push_back(std::move(gone));
    const store::CommitOutcome outcome = co_await send(std::move(write));
    locked->drop();
    cache_.resized(*locked);
    current_runs_.forget(workflow);
    if (outcome.kind == store::CommitKind::committed || epoch != epoch_) co_return ok_status();
    co_return react_to_failure(outcome);
}

}  // namespace server::history

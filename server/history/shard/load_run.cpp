// Reading: runs, current-run pointers and history, from memory or the store.

#include "server/history/shard/shard.h"
#include "server/telemetry/log.h"
#include "server/workflow/operations/due.h"

namespace server::history {

namespace {

Status workflow_not_found(const std::string& workflow_id) {
    return not_found("workflow not found for ID: " + workflow_id);
}

std::vector<StoredBatch> stored_batches(std::vector<store::HistoryBatch> rows) {
    std::vector<StoredBatch> batches;
    for (store::HistoryBatch& row : rows) {
        batches.push_back({row.first_event_id, std::move(row.events)});
    }
    return batches;
}

}  // namespace

Async<Result<LockedRun>> Shard::lock_run(RunKey key) {
    CO_TRY(ready());
    std::shared_ptr<CachedRun> run = cache_.get(key);
    AsyncMutex::Guard guard = co_await run->mutex.lock();
    LockedRun locked(std::move(run), std::move(guard));
    CO_TRY(ready());
    CO_TRY(co_await load(*locked));
    co_return std::move(locked);
}

Async<Status> Shard::load(CachedRun& run) {
    if (run.epoch != epoch_) run.drop();
    if (run.state) co_return ok_status();
    if (run.damaged) {
        co_return unavailable("run " + run.key.run_id + " of workflow " + run.key.workflow_id +
                              " is damaged in the store");
    }
    const std::uint64_t epoch = epoch_;
    CO_TRY_ASSIGN(std::optional<store::StoredRun> stored, co_await runs_.find_run(id_, run.key));
    CO_TRY(ready());
    if (epoch != epoch_) co_return unavailable("the shard was taken anew, try again");
    if (!stored) co_return workflow_not_found(run.key.workflow_id);
    co_return take_loaded(run, std::move(*stored));
}

Status Shard::take_loaded(CachedRun& run, store::StoredRun stored) {
    auto decoded = workflow::MutableState::decode(run.key, stored.info, stored.items);
    if (!decoded.ok()) {
        run.damaged = true;
        log::error("run quarantined", {{"shard_id", id_},
                                       {"workflow_id", run.key.workflow_id},
                                       {"run_id", run.key.run_id},
                                       {"reason", decoded.status().message()}});
        return unavailable(decoded.status().message());
    }
    run.state = std::make_unique<workflow::MutableState>(std::move(decoded).value());
    run.version = stored.version;
    run.epoch = epoch_;
    timers_.set(run.key, workflow::next_due(*run.state));
    cache_.resized(run);
    return ok_status();
}

Async<Result<std::optional<store::CurrentRun>>> Shard::find_current_run(WorkflowKey workflow) {
    constexpr int kReadsMax = 10;
    for (int reads = 0; reads < kReadsMax; ++reads) {
        CO_TRY(ready());
        if (auto known = current_runs_.find(workflow)) co_return known;
        current_runs_.begin_read(workflow);
        auto read =
            co_await runs_.find_current_run(id_, workflow.namespace_id, workflow.workflow_id);
        const bool kept = current_runs_.end_read(workflow, read.ok() ? *read : std::nullopt);
        if (!read.ok() || kept) co_return read;
    }
    co_return unavailable("the current run of workflow " + workflow.workflow_id +
                          " changes too fast, try again");
}

Async<Result<LockedRun>> Shard::lock_current_run(WorkflowKey workflow) {
    constexpr int kTriesMax = 10;
    for (int tries = 0; tries < kTriesMax; ++tries) {
        CO_TRY_ASSIGN(const std::optional<store::CurrentRun> current,
                      co_await find_current_run(workflow));
        if (!current) co_return workflow_not_found(workflow.workflow_id);
        RunKey key{workflow.namespace_id, workflow.workflow_id, current->run_id};
        CO_TRY_ASSIGN(LockedRun locked, co_await lock_run(std::move(key)));
        // While we waited for its mutex it may have continued as a new run.
        const auto now_current = current_runs_.find(workflow);
        if (!now_current || now_current->run_id == current->run_id) co_return std::move(locked);
    }
    co_return unavailable("the current run of workflow " + workflow.workflow_id +
                          " changes too fast, try again");
}

Async<Status> Shard::wait_for_commit(std::shared_ptr<CachedRun> run, TimePoint deadline,
                                     rpc::CallContext context) {
    if (run->waiters.size() >= options_.history_waiters_max) {
        co_return Status(Code::ResourceExhausted,
                         "too many calls wait for workflow " + run->key.workflow_id + ": at most " +
                             std::to_string(options_.history_waiters_max) + " may",
                         ResourceExhausted{ResourceExhausted::Cause::busy_workflow});
    }
    const auto alarm = std::make_shared<Alarm>(clock_, lane_.executor());
    const auto place = run->waiters.insert(run->waiters.end(), alarm.get());
    std::weak_ptr<Alarm> waiting = alarm;
    auto leave = [waiting] {
        if (const auto still_waiting = waiting.lock()) still_waiting->wake();
    };
    const auto subscription = context.cancellation->subscribe(lane_, std::move(leave));
    co_await alarm->wait_until(deadline);
    run->waiters.erase(place);
    co_return ok_status();
}

Async<Result<std::vector<StoredBatch>>> Shard::read_history(RunKey run, std::string branch_id,
                                                            EventId first_event_id,
                                                            EventId end_event_id,
                                                            std::int32_t batches_max) {
    const CachedRun* cached = cache_.find(run);
    if (cached && cached->state && cached->epoch == epoch_) {
        auto recent = cached->recent_history.find(first_event_id, end_event_id,
                                                  static_cast<std::size_t>(batches_max));
        if (recent) co_return std::move(*recent);
    }
    store::HistoryQuery query;
    query.shard_id = id_;
    query.branch_id = std::move(branch_id);
    query.first_event_id = first_event_id;
    query.end_event_id = end_event_id;
    query.batches_max = batches_max;
    CO_TRY_ASSIGN(std::vector<store::HistoryBatch> rows,
                  co_await runs_.read_history(std::move(query)));
    co_return stored_batches(std::move(rows));
}

Async<Result<std::vector<StoredBatch>>> Shard::read_newest_history(std::string branch_id,
                                                                   EventId end_event_id,
                                                                   std::int32_t batches_max) {
    store::HistoryQuery query;
    query.shard_id = id_;
    query.branch_id = std::move(branch_id);
    query.end_event_id = end_event_id;
    query.batches_max = batches_max;
    query.newest_first = true;
    CO_TRY_ASSIGN(std::vector<store::HistoryBatch> rows,
                  co_await runs_.read_history(std::move(query)));
    co_return stored_batches(std::move(rows));
}

Async<Result<workflow::HistoryEvent>> Shard::read_started_event(const LockedRun& run) {
    const RunKey key = run->key;
    std::string branch_id = run.state().info().branch_id();
    CO_TRY_ASSIGN(const std::vector<StoredBatch> batches,
                  co_await read_history(key, std::move(branch_id), 1, 2, 1));
    workflow::history::History history;
    const bool readable = !batches.empty() && history.ParseFromString(batches[0].events) &&
                          history.events_size() > 0 &&
                          history.events(0).has_workflow_execution_started_event_attributes();
    if (readable) co_return history.events(0);
    log::error(
        "history damaged",
        {{"workflow_id", key.workflow_id}, {"run_id", key.run_id}, {"event_id", std::int64_t{1}}});
    co_return unavailable("the first event of run " + key.run_id + " of workflow " +
                          key.workflow_id + " cannot be read");
}

}  // namespace server::history

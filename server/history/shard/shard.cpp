// Taking, keeping and losing the shard. Loading of runs: load_run.cpp; writing: commit.cpp; what
// follows: follow_up.cpp.

#include "server/history/shard/shard.h"

#include <algorithm>

#include "server/base/mutant.h"
#include "server/telemetry/log.h"

namespace server::history {

namespace {

// One transition never takes more: it has at most a 4 MiB request's worth of commands.
constexpr std::int64_t kTaskIdsPerDecision = 1 << 20;

}  // namespace

Shard::Shard(ShardId id, const Collaborators& collaborators, const Options& options,
             CacheBudgets& budgets)
    : id_(id), clock_(collaborators.clock), random_(collaborators.random),
      lane_(collaborators.lanes.for_key(static_cast<std::size_t>(id.value))),
      runs_(collaborators.store.runs()), visibility_(collaborators.store.visibility()),
      visibility_commits_with_transition_(collaborators.store.visibility_commits_with_transition()),
      namespaces_(collaborators.namespaces), options_(options), metrics_(*collaborators.metrics),
      assigned_anew_(clock_, lane_.executor()), commits_ended_(clock_, lane_.executor()),
      written_at_(clock_.now()), confirm_(clock_, lane_.executor()), background_(lane_, clock_),
      cache_(budgets.run_bytes), current_runs_(budgets.current_runs),
      outbox_(*this, clock_, lane_, background_, options, !visibility_commits_with_transition_),
      timers_(*this, clock_, lane_, background_, options) {}

// Takes the shard and loads what is due.
Async<Status> Shard::open() {
    ASSERT(matching_ != nullptr, "a shard was opened before the matching role was connected");
    ASSERT(phase_ == Phase::closed, "a shard was opened twice");
    phase_ = Phase::loading;
    const Status acquired = co_await acquire();
    if (!acquired.ok()) {
        phase_ = Phase::closed;
        co_return acquired;
    }
    outbox_.start();
    timers_.start();
    background_.spawn(keep_confirmed());
    co_return ok_status();
}

Async<Status> Shard::start() {
    assigned_ = true;
    co_return co_await open();
}

Async<void> Shard::stop() {
    assign(false);
    stopped_ = true;
    co_await settled();
}

void Shard::assign(bool owned) {
    if (stopped_) return;
    lets_go_ = lets_go_ || (!owned && open_or_opening());
    assigned_ = owned;
    assigned_anew_.wake();
    begin_to_settle();
}

void Shard::begin_to_settle() {
    if (settling_ || is_settled()) return;
    settling_ = true;
    lane_.spawn(settle());
}

Async<void> Shard::settle() {
    log::Repeated opening("take shard");
    Duration pause = options_.acquire_retry_min;
    while (!is_settled()) {
        lets_go_ = false;
        if (phase_ != Phase::closed) {
            co_await close();
            continue;
        }
        if (!assigned_) continue;
        const Status opened = co_await open();
        if (opened.ok()) {
            opening.succeeded();
            continue;
        }
        opening.failed(opened);
        co_await assigned_anew_.wait_until(saturating_add(clock_.now(), pause));
        pause = std::min(2 * pause, options_.acquire_retry_max);
    }
    settling_ = false;
    for (const Resume<bool>& resume : std::exchange(waiting_for_settled_, {})) resume(true);
}

Async<void> Shard::settled() {
    if (!settling_) co_return;
    auto wait = [this](Resume<bool> resume) { waiting_for_settled_.push_back(std::move(resume)); };
    co_await suspend<bool>(std::move(wait));
}

// Until the new range id is there, commits under the old one may still land: what memory holds is
// forgotten, and the store read, only afterwards.
Async<Status> Shard::acquire() {
    ++epoch_;
    CO_TRY_ASSIGN(const RangeId range_id, co_await runs_.acquire_shard(id_, options_.owner));
    ASSERT(range_id > range_id_, "the store gave out a range id twice");
    range_id_ = range_id;
    next_task_id_ = {(range_id.value << kTaskIdBits) + 1};
    current_runs_.clear();
    timers_.reset();
    CO_TRY(co_await timers_.load());
    outbox_.reset();
    if (phase_ == Phase::loading) phase_ = Phase::ready;
    count_owned(phase_ == Phase::ready);
    log::info("shard acquired", {{"shard_id", id_}, {"range_id", range_id_}});
    co_return ok_status();
}

void Shard::count_owned(bool owned) {
    if (std::exchange(counted_, owned) == owned) return;
    if (owned) {
        metrics_.shard_gained();
    } else {
        metrics_.shard_lost();
    }
}

void Shard::begin_reload() {
    if (phase_ != Phase::ready) return;
    phase_ = Phase::loading;
    background_.spawn(reload());
}

Async<void> Shard::reload() {
    log::Repeated acquiring("acquire shard");
    Duration pause = options_.acquire_retry_min;
    while (phase_ == Phase::loading) {
        const Status acquired = co_await acquire();
        if (acquired.ok()) {
            acquiring.succeeded();
            break;
        }
        acquiring.failed(acquired);
        co_await clock_.sleep_for(pause);
        pause = std::min(2 * pause, options_.acquire_retry_max);
    }
    cache_.for_each([](CachedRun& run) { run.wake_waiters(); });
}

void Shard::let_go(const std::string& reason) {
    if (phase_ != Phase::ready && phase_ != Phase::loading) return;
    phase_ = Phase::lost;
    count_owned(false);
    ++epoch_;
    log::warn("shard lost", {{"shard_id", id_}, {"range_id", range_id_}, {"reason", reason}});
    outbox_.stop();
    timers_.stop();
    confirm_.wake();
    cache_.for_each([](CachedRun& run) { run.wake_waiters(); });
    if (assigned_) background_.spawn(take_back());
}

// Two processes with different views would take it from one another without a pause.
Async<void> Shard::take_back() {
    co_await assigned_anew_.wait_until(saturating_add(clock_.now(), options_.acquire_again_after));
    if (phase_ == Phase::lost) begin_to_settle();
}

// A process with another view may have had the shard and left tasks and due times, which a quiet
// owner would never look for. All shards ask together, so that they share a commit.
Async<void> Shard::keep_confirmed() {
    while (open_or_opening()) {
        const Duration interval = options_.confirm_interval;
        const TimePoint now = clock_.now();
        co_await confirm_.wait_until(now - now.time_since_epoch() % interval + interval);
        const bool quiet = clock_.now() - written_at_ >= interval;
        if (!quiet || phase_ != Phase::ready || mutant("quiet_owner_unconfirmed")) continue;
        const Status confirmed = co_await confirm_owned(epoch_);
        if (!confirmed.ok()) {
            log::debug("shard not confirmed", {{"shard_id", id_}, {"reason", confirmed.message()}});
        }
    }
}

// Lets nobody in any more, waits until all work has ended, and forgets what memory held.
Async<void> Shard::close() {
    const bool was_ready = phase_ == Phase::ready;
    if (was_ready && outbox_.done_through() > outbox_.acknowledged()) co_await flush_outbox();
    phase_ = Phase::closed;
    count_owned(false);
    outbox_.stop();
    timers_.stop();
    confirm_.wake();
    cache_.for_each([](CachedRun& run) {
        run.wake_waiters();
        run.queries.release_all();
    });
    co_await background_.drain();
    cache_.clear();
    current_runs_.clear();
    timers_.reset();
    outbox_.reset();
}

Status Shard::ready() const {
    const std::string name = "shard " + std::to_string(id_.value);
    switch (phase_) {
    case Phase::ready: return ok_status();
    case Phase::loading:
        return {Code::Unavailable, name + " is being loaded, try again", OwnershipLost{}};
    case Phase::closed:
    case Phase::lost: break;
    }
    return {Code::Unavailable, name + " has another owner, try again", OwnershipLost{}};
}

bool Shard::task_ids_low() const {
    const std::int64_t end = (range_id_.value + 1) << kTaskIdBits;
    return end - next_task_id_.value < kTaskIdsPerDecision;
}

Async<Status> Shard::prepare_write() {
    if (renewing_ || task_ids_low()) {
        const AsyncMutex::Guard guard = co_await renew_mutex_.lock();
        CO_TRY(ready());
        if (task_ids_low()) CO_TRY(co_await renew_task_ids());
    }
    co_return ready();
}

// A new range id gives new task ids. What is being committed under the old one answers first.
// Another owner may have had the shard since: then all is read anew.
Async<Status> Shard::renew_task_ids() {
    renewing_ = true;
    while (commits_in_flight_ > 0) co_await commits_ended_.wait_until(kNever);
    const Result<RangeId> range_id = co_await runs_.acquire_shard(id_, options_.owner);
    renewing_ = false;
    CO_TRY(range_id.status());
    CO_TRY(ready());
    if (range_id->value != range_id_.value + 1) {
        begin_reload();
        co_return ready();
    }
    range_id_ = *range_id;
    next_task_id_ = {(range_id_.value << kTaskIdBits) + 1};
    co_return ok_status();
}

Async<Result<cluster::NamespacePtr>> Shard::find_namespace(std::string namespace_id) {
    return namespaces_.find_by_id(std::move(namespace_id));
}

Async<Status> Shard::learn_search_attributes(std::string namespace_id,
                                             std::vector<std::string> names) {
    const auto entry = co_await namespaces_.find_knowing(std::move(namespace_id), std::move(names));
    co_return entry.status();
}

Async<WorkflowLocks::Lock> Shard::lock_workflow(WorkflowKey workflow) {
    return workflow_locks_.lock(std::move(workflow));
}

}  // namespace server::history

#pragma once
// A shard owns its runs: it holds the fence (range id), gives out task ids, keeps runs in memory,
// writes their transitions, and works off what follows from them (outbox, timers). Lives on one
// lane from birth to death.
//
// Every write goes the same way (write_run.h): lock the run → load → decide → commit → absorb, hand
// tasks over, wake waiters → reply. What the store answers decides the rest:
//
//   committed   the state in memory follows
//   conflict    the run is dropped from memory, the caller gets Unavailable
//   refused     nothing was written: the caller gets Unavailable with the store's words
//   shard_lost  somebody else has the shard: every caller gets Unavailable with OwnershipLost, and
//               it is taken again only if the ring still says so after a pause
//   unknown     everything in memory is doubtful: the shard is taken anew, the caller gets
//               Unavailable
//
// Task ids are (range id << 24) + n. They are taken between a decision and its commit with no wait
// in between, so the order of commits is the order of ids.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/cluster/namespace_registry.h"
#include "server/history/cache/current_runs.h"
#include "server/history/cache/run_cache.h"
#include "server/history/metrics.h"
#include "server/history/options.h"
#include "server/history/queues/outbox.h"
#include "server/history/queues/timer_queue.h"
#include "server/history/shard/background.h"
#include "server/rpc/call_context.h"
#include "server/rpc/history.h"
#include "server/rpc/matching.h"
#include "server/runtime/random.h"
#include "server/store/store.h"
#include "server/workflow/state/draft.h"

namespace server::history {

// They outlive the role.
struct Collaborators {
    Clock& clock;
    Random& random;
    Lanes& lanes;
    store::Store& store;
    cluster::NamespaceRegistry& namespaces;
    telemetry::Registry* registry = nullptr;  // null: nobody looks at the metrics
    HistoryMetrics* metrics = nullptr;        // set by the service, for its shards
};

// What one commit holds: a transition of a locked run (its successor inside), a run that is
// created, or both, when a start ends the run before it.
struct Step {
    LockedRun* run = nullptr;
    std::optional<workflow::Transition> transition;
    std::unique_ptr<workflow::NewRun> created;
    std::optional<std::string>
        replaces_run_id;       // of the current-run pointer; none: the workflow id is new
    bool guesses_new = false;  // that it is new is a guess: AlreadyExists when it was wrong
};

class Shard final : private OutboxQueue::Owner, private TimerQueue::Owner {
public:
    static constexpr int kTaskIdBits = 24;

    Shard(ShardId id, const Collaborators& collaborators, const Options& options,
          CacheBudgets& budgets);

    // Whether this process is to own the shard, by the ring of the cluster. The work goes on in the
    // background: it is taken, tried again while the store cannot be reached, or let go. An
    // assignment that ends is let go of even when the next one comes at once, since another process
    // may have written in between.
    void assign(bool owned);
    // Returns when the shard is as it was last assigned.
    Async<void> settled();

    // Takes the shard at once; Unavailable when the store cannot be reached.
    Async<Status> start();
    // Lets go of the shard for good and returns when nothing of it runs any more.
    Async<void> stop();

    ShardId id() const { return id_; }
    Lane& lane() { return lane_; }
    Clock& clock() { return clock_; }
    Random& random() { return random_; }
    const Options& options() const { return options_; }
    rpc::Matching& matching() { return *matching_; }
    store::Visibility& visibility() { return visibility_; }
    // Finds the shard of any workflow, this one included.
    rpc::History& history() { return *history_; }
    void connect(rpc::Matching& matching, rpc::History& history) {
        matching_ = &matching;
        history_ = &history;
    }
    // Calls hold one, so that the shard outlives them.
    Background::Ticket ticket() { return background_.ticket(); }
    // Ok, or why the shard cannot serve now.
    Status ready() const;

    // NotFound when there is no such run (or workflow); Unavailable when it cannot be read. An
    // empty run id means the current run.
    Async<Result<LockedRun>> lock_run(RunKey run);
    Async<Result<LockedRun>> lock_current_run(WorkflowKey workflow);
    Async<Result<std::optional<store::CurrentRun>>> find_current_run(WorkflowKey workflow);
    // Without a look into the store.
    bool knows_current_run(const WorkflowKey& workflow) const {
        return current_runs_.find(workflow).has_value();
    }
    // Held by a start from the look at the current run to its commit.
    Async<WorkflowLocks::Lock> lock_workflow(WorkflowKey workflow);

    Async<Result<cluster::NamespacePtr>> find_namespace(std::string namespace_id);
    // The same, and as fresh as it takes to know these search attributes.
    Async<Status> learn_search_attributes(std::string namespace_id, std::vector<std::string> names);
    // The last wait before a decision: the shard has task ids for it.
    Async<Status> prepare_write();
    // Of the decision that follows at once.
    workflow::Environment environment(const cluster::NamespacePtr& entry);
    Async<Status> commit(Step step, cluster::NamespacePtr entry);
    // Grows when everything in memory becomes stale.
    std::uint64_t epoch() const { return epoch_; }
    // Ok when no other owner has had the shard since `epoch`, by the store's fence. For an answer
    // that commits nothing and still must hold.
    Async<Status> confirm_owned(std::uint64_t epoch);

    // Waits for the next commit of the run, the deadline, or the caller's leaving.
    // ResourceExhausted when too many wait.
    Async<Status> wait_for_commit(std::shared_ptr<CachedRun> run, TimePoint deadline,
                                  rpc::CallContext context);

    // Batches of the run's history from memory or the store: whole, ascending, from the one that
    // begins at `first_event_id` on, none that begins at or after `end_event_id`.
    Async<Result<std::vector<StoredBatch>>> read_history(RunKey run, std::string branch_id,
                                                         EventId first_event_id,
                                                         EventId end_event_id,
                                                         std::int32_t batches_max);

    // For tests.
    RunCache& cache() { return cache_; }
    const Outbox& outbox() const { return outbox_; }
    const TimerQueue& timers() const { return timers_; }
    TaskId next_task_id() const { return next_task_id_; }
    void skip_task_ids_for_test(std::int64_t count) { next_task_id_.value += count; }

    // Whole batches that begin before `end_event_id`, the newest first; always from the store.
    Async<Result<std::vector<StoredBatch>>> read_newest_history(std::string branch_id,
                                                                EventId end_event_id,
                                                                std::int32_t batches_max);
    // The first event of a locked run. Unavailable when it cannot be read.
    Async<Result<workflow::HistoryEvent>> read_started_event(const LockedRun& run);

private:
    enum class Phase { closed, loading, ready, lost };
    struct Sent;

    bool open_or_opening() const { return phase_ == Phase::loading || phase_ == Phase::ready; }
    bool is_settled() const { return !lets_go_ && assigned_ == open_or_opening(); }
    void begin_to_settle();
    Async<void> settle();
    Async<void> take_back();
    Async<void> keep_confirmed();
    Async<Status> open();
    Async<void> close();
    Async<Status> acquire();
    Async<void> reload();
    void begin_reload();
    void let_go(const std::string& reason);
    Async<Status> renew_task_ids();
    bool task_ids_low() const;
    void count_owned(bool owned);

    Async<Status> load(CachedRun& run);
    Status take_loaded(CachedRun& run, store::StoredRun stored);

    void add_visibility_tasks(Step& step);
    store::TransitionWrite build(Step& step, const cluster::NamespaceEntry& entry);
    Async<store::CommitOutcome> send(store::TransitionWrite write);
    Async<void> send_late(store::TransitionWrite write);
    Status settle(Step& step, Sent sent, const store::CommitOutcome& outcome);
    void publish(Step& step);
    void publish_locked(CachedRun& run, workflow::Transition transition);
    void warn_of_size(const CachedRun& run, const workflow::MutableState& next) const;
    void warn_of_large_fields(const RunKey& run, const workflow::Transition& transition);
    void publish_created(workflow::NewRun created);
    Status react_to_failure(const store::CommitOutcome& outcome);

    Async<Result<std::vector<store::OutboxTask>>> read_outbox(TaskId after) override;
    Async<Status> execute(state::v1::Task task) override;
    Async<void> flush_outbox() override;
    Async<Result<std::vector<store::DueRun>>> read_due_runs(
        TimePoint before, std::optional<store::DueRun> after) override;
    std::optional<TimePoint> exact_due(const RunKey& run) const override;
    Async<Status> fire(RunKey run) override;
    Async<Status> fire_due(RunKey run);
    Async<Status> raise_stored_due(LockedRun& locked);
    Async<Status> delete_if_due(RunKey key);

    const ShardId id_;
    Clock& clock_;
    Random& random_;
    Lane& lane_;
    store::Runs& runs_;
    store::Visibility& visibility_;
    // Otherwise the records go through the outbox.
    const bool visibility_commits_with_transition_;
    cluster::NamespaceRegistry& namespaces_;
    const Options& options_;
    HistoryMetrics& metrics_;
    rpc::Matching* matching_ = nullptr;
    rpc::History* history_ = nullptr;

    bool assigned_ = false;
    bool stopped_ = false;
    bool settling_ = false;
    bool lets_go_ = false;  // an assignment has ended, and is not let go of yet
    Alarm assigned_anew_;   // ends a pause of settle()
    std::vector<Resume<bool>> waiting_for_settled_;
    Phase phase_ = Phase::closed;
    bool counted_ = false;  // among the shards this process owns
    RangeId range_id_;
    TaskId next_task_id_;
    std::uint64_t epoch_ = 0;

    AsyncMutex renew_mutex_;
    bool renewing_ = false;
    std::size_t commits_in_flight_ = 0;
    Alarm commits_ended_;
    TimePoint written_at_;  // the last write
    Alarm confirm_;

    TimePoint large_fields_logged_;

    Background background_;
    RunCache cache_;
    CurrentRuns current_runs_;
    WorkflowLocks workflow_locks_;
    Outbox outbox_;
    TimerQueue timers_;
};

}  // namespace server::history

#pragma once
// The port of workflow runs: their state, history, current-run pointers, outbox and due times. One
// TransitionWrite is one step of a workflow and commits whole or not at all, fenced by the shard's
// range id.
//
// Rows of one shard, in the terms of this port:
//
//   shard       range id (the fence) and owner
//   run         info bytes, record version, next due time; one per run
//   run item    one per pending activity, timer, buffered event, request id …: a transition writes
//   only those it changed current run (namespace, workflow id) → run id; written when a run starts
//   or closes, never in between history     batches of events of a branch, keyed by the first event
//   id outbox      tasks to execute after the commit; one row per group commit and shard
//
// Every adapter commits many waiting transitions in one transaction (group commit); one that
// conflicts fails alone.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/base/ids.h"
#include "server/base/time.h"
#include "server/runtime/async.h"
#include "server/store/visibility.h"
#include "server/workflow/state/run_item.h"

namespace server::store {

using workflow::ItemKey;
using workflow::ItemKind;
using workflow::ItemWrite;

// One append to a history branch. `events` is a serialized temporal.api.history.v1.History.
struct HistoryBatch {
    std::string branch_id;
    EventId first_event_id = 0;
    TaskId transaction_id;
    std::string events;
};

struct RunWrite {
    RunKey run;
    // The record version this write replaces; 0 creates the run. The stored version becomes this
    // plus one.
    std::int64_t expected_version = 0;
    std::string info;
    std::vector<ItemWrite> items;
    std::vector<HistoryBatch> history;
    TimePoint next_due = kNever;  // a lower bound of the run's earliest due time
};

struct CurrentRunWrite {
    std::string namespace_id;
    std::string workflow_id;
    std::string run_id;
    bool closed = false;
    // The pointer this write replaces; none means the workflow id must be new.
    std::optional<std::string> expected_run_id;
};

// The end of a closed run whose retention is over, or that was deleted by hand. Everything the
// store has of it goes in the same commit: its row and items, every batch of its history branch,
// the current-run pointer where it still names this run (of another run it stays), and its
// visibility record. Outbox rows stay: their executors find the run gone. A missing row is a
// conflict, as is another version.
struct RunDelete {
    RunKey run;
    std::int64_t expected_version = 0;
    std::string branch_id;
};

enum class TaskCategory : std::int16_t { transfer = 1, visibility = 4 };

struct OutboxTask {
    TaskId id;
    TaskCategory category = TaskCategory::transfer;
    std::string task;  // serialized server.state.v1.Task
};

struct TransitionWrite {
    ShardId shard_id;
    RangeId range_id;            // the fence: another stored value means the shard has a new owner
    std::vector<RunWrite> runs;  // one, or two when a run closes and starts its successor
    std::vector<RunDelete> deleted_runs;  // runs that no RunWrite of this commit names
    std::optional<CurrentRunWrite> current;
    std::vector<OutboxTask> outbox;  // ids ascending, above every id committed before
    std::vector<VisibilityRecord>
        visibility;  // committed with the transition where it is the same database
    // Outbox tasks up to and including this id are done; their rows are removed with this write. 0:
    // nothing new.
    TaskId outbox_done_through;
};

enum class CommitKind {
    committed,
    shard_lost,  // the range id is stale: nothing was written, the owner must let go of the shard
    // A record version or current-run condition failed, the run id belongs to another workflow, or
    // the history branch has a batch at that event: nothing was written.
    conflict,
    refused,  // the store could not write (disk full, too large …): nothing was written
    unknown,  // the connection broke before the answer: take the shard again and reload
};

struct CommitOutcome {
    CommitKind kind = CommitKind::committed;
    std::string message;  // names the row and the value; empty when committed
};

struct StoredRun {
    RunKey run;
    std::int64_t version = 0;
    std::string info;
    std::map<ItemKey, std::string> items;
};

struct CurrentRun {
    std::string run_id;
    bool closed = false;
};

struct HistoryQuery {
    ShardId shard_id;
    std::string branch_id;
    EventId first_event_id = 1;  // inclusive; a batch that begins before it is not returned
    EventId end_event_id = 0;    // exclusive, on the first event of a batch; 0: no end
    std::int32_t batches_max = 256;
    bool newest_first = false;
};

struct DueRun {
    RunKey run;
    TimePoint next_due;
};

class Runs {
public:
    virtual ~Runs() = default;

    // Makes `owner` the owner of the shard: increments and returns the range id, creating the
    // shard's row when missing.
    virtual Async<Result<RangeId>> acquire_shard(ShardId shard_id, std::string owner) = 0;

    // Writes of one shard commit in the order of the calls.
    virtual Async<CommitOutcome> commit(TransitionWrite write) = 0;

    // Unavailable when the store cannot be read; absence is a value.
    virtual Async<Result<std::optional<StoredRun>>> find_run(ShardId shard_id, RunKey run) = 0;
    virtual Async<Result<std::optional<CurrentRun>>> find_current_run(ShardId shard_id,
                                                                      std::string namespace_id,
                                                                      std::string workflow_id) = 0;
    virtual Async<Result<std::vector<HistoryBatch>>> read_history(HistoryQuery query) = 0;

    // Tasks with an id above `after`, oldest first, at most `count_max` rows' worth.
    virtual Async<Result<std::vector<OutboxTask>>> read_outbox(ShardId shard_id, TaskId after,
                                                               std::int32_t count_max) = 0;
    // Runs whose stored next_due is before `before`, earliest first; page by passing the last one
    // returned.
    virtual Async<Result<std::vector<DueRun>>> read_due_runs(ShardId shard_id, TimePoint before,
                                                             std::optional<DueRun> after,
                                                             std::int32_t count_max) = 0;
};

}  // namespace server::store

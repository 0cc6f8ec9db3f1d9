#pragma once
// Draft: one transition of one run while it is being decided. It works on an overlay of the state,
// gives events their ids and batches, holds back what must be buffered, and ends as a Transition
// that the shard commits whole.
//
// The order of events is that of docs (reference events.md §2): direct events get their id at once;
// buffered ones wait until no workflow task is started and then follow, completions of activities
// last; WorkflowTaskScheduled is written behind them when something needs a workflow task;
// WorkflowTaskStarted ends a batch.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/ids.h"
#include "server/base/status.h"
#include "server/base/time.h"
#include "server/state/v1/task.pb.h"
#include "server/workflow/backoff/cron.h"
#include "server/workflow/events/large_fields.h"
#include "server/workflow/limits.h"
#include "server/workflow/state/mutable_state.h"
#include "server/workflow/state/waiting_worker.h"

namespace server::workflow {

// All that a decision may look at beside the state and the request.
struct Environment {
    TimePoint now;
    TaskId next_task_id;       // the shard's next free id; events and tasks take theirs from here
    std::uint64_t random = 0;  // for jitter and fresh ids of this transition
    Duration retention = 24h;  // of the namespace
    std::string namespace_name;
    Limits limits;
    // Checks search attributes of a command against the namespace and completes their type
    // metadata.
    std::function<Status(common::SearchAttributes&)> check_search_attributes;
    FindTimeZone find_time_zone;  // of cron schedules
    // The run's first event, for a decision that may end a run with a retry policy or a cron
    // schedule (operations/successor.h): its successor begins with what it holds.
    const HistoryEvent* started_event = nullptr;
    // Empty where tasks always go through matching.
    FindWaitingWorker find_waiting_worker;
};

struct EncodedBatch {
    EventId first_event_id = 0;
    TaskId transaction_id;
    std::string events;  // serialized History
};

struct OutboxEntry {
    TaskId id;
    state::v1::Task task;
};

enum class VisibilityChange { none, upsert };

struct NewRun;

struct Transition {
    MutableState next;  // an overlay: absorb it into the state once committed
    std::vector<EncodedBatch> history;
    std::vector<OutboxEntry> tasks;
    TaskId next_task_id;  // the shard's next free id afterwards
    VisibilityChange visibility = VisibilityChange::none;
    bool creates_run = false;
    bool closes_run = false;
    std::vector<LargeField> large_fields;  // of `history`
    std::vector<HandedTask> handed;        // started for workers that waited
    // The run that continues this one, created in the same commit.
    std::unique_ptr<NewRun> successor;
};

// A run that is being created: its (empty) state and the transition that fills it.
struct NewRun {
    std::unique_ptr<MutableState> state;
    Transition transition;
};

// What a decision says: what to write, if anything, and what to answer once that is written. A
// refusal without a transition leaves no trace; one with a transition (a failed workflow task)
// does.
template <class Reply>
struct Decision {
    std::optional<Transition> transition;
    Result<Reply> reply;
};
struct Nothing {};

template <class Reply>
Decision<Reply> refuse(Status status) {
    return {std::nullopt, std::move(status)};
}

// Who gets a workflow task without polling for it, and the request that asked.
struct NextWorker {
    std::string identity;
    std::string request_id;
};

class Draft {
public:
    Draft(const MutableState& base, const Environment& environment);

    const MutableState& state() const { return state_; }
    const Environment& environment() const { return environment_; }
    TimePoint now() const { return environment_.now; }
    // A fresh uuid, the same for the same environment and order of calls.
    std::string fresh_uuid();

    // An event of this moment, without id.
    HistoryEvent make_event(enums::EventType type) const;
    // Appends or buffers it, whichever its type asks for. Returns its id, kBufferedEvent when
    // buffered.
    EventId add(HistoryEvent event);
    void record(Change change) { state_.apply(change); }

    // With what this transition has added so far.
    std::int64_t history_size_bytes() const;

    // Asks for a workflow task at the end of the transition unless one is pending by then.
    void need_workflow_task() { needs_workflow_task_ = true; }
    // The next workflow task, if one is needed, is started at once for this worker instead of going
    // through matching.
    void hand_next_workflow_task_to(NextWorker worker) { next_worker_ = std::move(worker); }
    // The next workflow task continues a heartbeat that began then (nanoseconds since the epoch).
    void continue_heartbeat(std::int64_t since_ns) { heartbeat_since_ns_ = since_ns; }
    std::optional<std::int64_t> heartbeat_since_ns() const { return heartbeat_since_ns_; }
    // The run leaves the store as soon as the tasks of its close are done.
    void delete_after_close() { delete_at_once_ = true; }
    void need_visibility() { visibility_ = VisibilityChange::upsert; }
    void add_task(state::v1::Task task);
    // A task of this run, with the run's key filled in.
    state::v1::Task make_task() const;

    void flush_buffered_events();
    void drop_buffered_event(std::int64_t arrival) { record(BufferedEventDropped{arrival}); }
    // The next event opens a new batch.
    void end_batch();

    void set_successor(std::unique_ptr<NewRun> successor) { successor_ = std::move(successor); }
    // The first free task id after what this draft has taken so far; only for a successor inside
    // this transition.
    TaskId reserve_task_ids_from();

    // Schedules what is needed, flushes, assigns task ids and encodes.
    Transition close() &&;

private:
    void append(HistoryEvent event);
    void record_appended(HistoryEvent event, EventId batch_first_event_id);
    void settle_workflow_task();
    void hand_tasks_to_waiting_workers();
    RetentionSet retention_from_now(TaskId last_task_id) const;
    void drop_buffered_events();
    std::vector<EncodedBatch> encode_batches(std::int64_t& next_id);

    const Environment& environment_;
    MutableState state_;
    bool created_;
    bool base_open_;
    std::int64_t reserved_task_ids_from_ = 0;
    std::optional<NextWorker> next_worker_;
    std::optional<std::int64_t> heartbeat_since_ns_;
    std::vector<std::vector<HistoryEvent>> batches_;
    bool batch_open_ = false;
    std::vector<LargeField> large_fields_;
    std::vector<state::v1::Task> tasks_;
    std::vector<HandedTask> handed_;
    bool needs_workflow_task_ = false;
    bool delete_at_once_ = false;
    VisibilityChange visibility_ = VisibilityChange::none;
    std::unique_ptr<NewRun> successor_;
    std::uint64_t random_state_;
};

// True for events that wait in the buffer while a workflow task may be running (reference
// events.md, column B).
bool is_buffered_type(enums::EventType type);

}  // namespace server::workflow

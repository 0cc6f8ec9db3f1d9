#include "server/workflow/state/draft.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>

#include "server/base/mutant.h"
#include "server/base/uuid.h"
#include "server/workflow/operations/activity.h"
#include "server/workflow/operations/child.h"
#include "server/workflow/operations/workflow_task.h"

namespace server::workflow {

namespace {

// Completions of activities and children go behind everything else of a flush (reference events.md
// §2.2).
bool flushes_last(enums::EventType type) {
    switch (type) {
    case enums::EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
    case enums::EVENT_TYPE_ACTIVITY_TASK_FAILED:
    case enums::EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
    case enums::EVENT_TYPE_ACTIVITY_TASK_CANCELED:
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED:
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED:
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED:
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT:
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED:
    case enums::EVENT_TYPE_NEXUS_OPERATION_COMPLETED:
    case enums::EVENT_TYPE_NEXUS_OPERATION_FAILED:
    case enums::EVENT_TYPE_NEXUS_OPERATION_CANCELED:
    case enums::EVENT_TYPE_NEXUS_OPERATION_TIMED_OUT: return true;
    default: return false;
    }
}

// Started events of one flush, by the event that began the activity or the child.
using StartedEvents = std::map<EventId, EventId>;

void note_started_event(const HistoryEvent& event, StartedEvents& started) {
    if (event.has_activity_task_started_event_attributes()) {
        const auto& attributes = event.activity_task_started_event_attributes();
        started[attributes.scheduled_event_id()] = event.event_id();
    } else if (event.has_child_workflow_execution_started_event_attributes()) {
        const auto& attributes = event.child_workflow_execution_started_event_attributes();
        started[attributes.initiated_event_id()] = event.event_id();
    }
}

// The closing event of an activity or a child names its Started event of the same flush.
void rewire_started_event(HistoryEvent& event, const StartedEvents& started_events) {
    const auto set_started = [&](auto* attributes, EventId begun_by) {
        if (attributes->started_event_id() != kBufferedEvent) return;
        const auto started = started_events.find(begun_by);
        attributes->set_started_event_id(started == started_events.end() ? kNoEvent
                                                                         : started->second);
    };
    const auto rewire = [&](auto* attributes) {
        set_started(attributes, attributes->scheduled_event_id());
    };
    const auto rewire_child = [&](auto* attributes) {
        set_started(attributes, attributes->initiated_event_id());
    };
    if (event.has_activity_task_completed_event_attributes()) {
        rewire(event.mutable_activity_task_completed_event_attributes());
    } else if (event.has_activity_task_failed_event_attributes()) {
        rewire(event.mutable_activity_task_failed_event_attributes());
    } else if (event.has_activity_task_timed_out_event_attributes()) {
        rewire(event.mutable_activity_task_timed_out_event_attributes());
    } else if (event.has_activity_task_canceled_event_attributes()) {
        rewire(event.mutable_activity_task_canceled_event_attributes());
    } else if (event.has_child_workflow_execution_completed_event_attributes()) {
        rewire_child(event.mutable_child_workflow_execution_completed_event_attributes());
    } else if (event.has_child_workflow_execution_failed_event_attributes()) {
        rewire_child(event.mutable_child_workflow_execution_failed_event_attributes());
    } else if (event.has_child_workflow_execution_canceled_event_attributes()) {
        rewire_child(event.mutable_child_workflow_execution_canceled_event_attributes());
    } else if (event.has_child_workflow_execution_timed_out_event_attributes()) {
        rewire_child(event.mutable_child_workflow_execution_timed_out_event_attributes());
    } else if (event.has_child_workflow_execution_terminated_event_attributes()) {
        rewire_child(event.mutable_child_workflow_execution_terminated_event_attributes());
    }
}

// Whether the cause of a task stands as far as the transition itself can tell: a command may have
// cancelled the activity that another one scheduled.
bool may_start_inline(const MutableState& state, const state::v1::Task& task, TimePoint now) {
    if (task.has_dispatch_workflow_task()) {
        return state.workflow_task() && !state.workflow_task_started();
    }
    if (!task.has_dispatch_activity_task()) return false;
    const auto& dispatch = task.dispatch_activity_task();
    const auto* activity = state.activities().find(dispatch.scheduled_event_id());
    return activity && activity->started_time_ns() == 0 && activity->stamp() == dispatch.stamp() &&
           activity->attempt() == dispatch.attempt() &&
           activity->scheduled_time_ns() <= unix_nanos(now);
}

// SplitMix64: independent values from the one random word of the environment.
std::uint64_t next_random(std::uint64_t& state) {
    std::uint64_t mixed = (state += 0x9e3779b97f4a7c15ULL);
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31);
}

}  // namespace

bool is_buffered_type(enums::EventType type) {
    switch (type) {
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
    case enums::EVENT_TYPE_ACTIVITY_TASK_STARTED:
    case enums::EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
    case enums::EVENT_TYPE_ACTIVITY_TASK_FAILED:
    case enums::EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
    case enums::EVENT_TYPE_ACTIVITY_TASK_CANCELED:
    case enums::EVENT_TYPE_TIMER_FIRED:
    case enums::EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED:
    case enums::EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
    case enums::EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED:
    case enums::EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED:
    case enums::EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED:
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED:
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED:
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED:
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED:
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT:
    case enums::EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED: return true;
    default: return false;
    }
}

Draft::Draft(const MutableState& base, const Environment& environment)
    : environment_(environment), state_(base.fork()), created_(!base.exists()),
      base_open_(base.running() || !base.exists()), random_state_(environment.random) {}

std::string Draft::fresh_uuid() {
    const std::uint64_t high = next_random(random_state_);
    return make_uuid(high, next_random(random_state_));
}

HistoryEvent Draft::make_event(enums::EventType type) const {
    HistoryEvent event;
    event.set_event_type(type);
    *event.mutable_event_time() = to_timestamp(environment_.now);
    return event;
}

EventId Draft::add(HistoryEvent event) {
    ASSERT(state_.running() || !state_.exists(), "an event after the close of a run");
    if (is_buffered_type(event.event_type())) {
        event.set_event_id(kBufferedEvent);
        record(EventBuffered{std::move(event)});
        return kBufferedEvent;
    }
    const EventId id = state_.next_event_id();
    append(std::move(event));
    return id;
}

void Draft::append(HistoryEvent event) {
    event.set_event_id(state_.next_event_id());
    if (!batch_open_) batches_.emplace_back();
    batch_open_ = true;
    auto& batch = batches_.back();
    const EventId first = batch.empty() ? event.event_id() : batch.front().event_id();
    const bool ends_batch = event.event_type() == enums::EVENT_TYPE_WORKFLOW_TASK_STARTED;
    batch.push_back(event);
    record_appended(std::move(event), first);
    if (ends_batch) end_batch();
}

// The close of a run ends what it waits for, so what concerns its children is collected before.
void Draft::record_appended(HistoryEvent event, EventId batch_first_event_id) {
    std::vector<state::v1::Task> closing;
    if (closes_run(event.event_type())) closing = parent_close_tasks(*this);
    record(EventAppended{std::move(event), batch_first_event_id});
    for (state::v1::Task& task : closing) add_task(std::move(task));
    if (!state_.running()) add_report_to_parent(*this);
}

void Draft::end_batch() { batch_open_ = false; }

void Draft::flush_buffered_events() {
    struct Waiting {
        std::int64_t arrival;
        HistoryEvent event;
    };
    std::vector<Waiting> waiting;
    state_.buffered_events().for_each([&](std::int64_t arrival, const HistoryEvent& event) {
        waiting.push_back({arrival, event});
    });
    if (!mutant("wrong_flush_order")) {
        std::stable_partition(waiting.begin(), waiting.end(), [](const Waiting& one) {
            return !flushes_last(one.event.event_type());
        });
    }
    StartedEvents started;
    for (Waiting& one : waiting) {
        HistoryEvent& event = one.event;
        event.set_event_id(state_.next_event_id());
        note_started_event(event, started);
        rewire_started_event(event, started);
        if (!batch_open_) batches_.emplace_back();
        batch_open_ = true;
        batches_.back().push_back(event);
        record(EventFlushed{one.arrival, std::move(event)});
    }
}

void Draft::drop_buffered_events() {
    std::vector<std::int64_t> arrivals;
    state_.buffered_events().for_each(
        [&](std::int64_t arrival, const HistoryEvent&) { arrivals.push_back(arrival); });
    for (const std::int64_t arrival : arrivals) drop_buffered_event(arrival);
}

void Draft::add_task(state::v1::Task task) { tasks_.push_back(std::move(task)); }

state::v1::Task Draft::make_task() const {
    state::v1::Task task;
    task.set_namespace_id(state_.run().namespace_id);
    task.set_workflow_id(state_.run().workflow_id);
    task.set_run_id(state_.run().run_id);
    return task;
}

// The end of every transition: a workflow task for what happened, or the flush that waited for none
// to be running.
void Draft::settle_workflow_task() {
    if (!state_.running()) return drop_buffered_events();  // nothing follows the close of a run
    const bool overflow =
        state_.buffered_events().size() > environment_.limits.buffered_events_max ||
        state_.info().buffered_size_bytes() > environment_.limits.buffered_size_bytes_max;
    if (state_.workflow_task_started() && overflow) {
        end_workflow_task_by_force(*this);
        needs_workflow_task_ = true;
    }
    if (state_.workflow_task_started()) return;
    if (needs_workflow_task_ && !state_.workflow_task()) {
        schedule_workflow_task(*this, next_worker_ ? Dispatch::inline_start : Dispatch::matching);
        // An eager task shows the size before its transition (reference events.md §2).
        const std::int64_t before = state_.info().history_size_bytes();
        if (next_worker_) start_workflow_task_inline(*this, *next_worker_, before);
    } else {
        flush_buffered_events();
    }
}

// Tasks whose worker waits already are started here and do not go into the outbox.
void Draft::hand_tasks_to_waiting_workers() {
    if (!environment_.find_waiting_worker || !state_.running()) return;
    std::vector<state::v1::Task> others;
    for (state::v1::Task& task : std::exchange(tasks_, {})) {
        std::unique_ptr<WaitingWorker> worker;
        if (may_start_inline(state_, task, environment_.now)) {
            worker = environment_.find_waiting_worker(task);
        }
        if (!worker) {
            others.push_back(std::move(task));
            continue;
        }
        const NextWorker next{worker->identity(), fresh_uuid()};
        if (task.has_dispatch_workflow_task()) {
            start_workflow_task_inline(*this, next, history_size_bytes());
        } else {
            start_activity_inline(*this, task.dispatch_activity_task().scheduled_event_id(), next);
        }
        handed_.push_back({std::move(worker), std::move(task), next.request_id});
    }
    tasks_ = std::move(others);
}

TaskId Draft::reserve_task_ids_from() {
    // More than this draft can still take: each event, each task, one per batch, and the closing
    // event to come.
    constexpr std::int64_t kSlack = 64;
    std::int64_t taken =
        static_cast<std::int64_t>(tasks_.size() + state_.children().size()) + kSlack;
    for (const auto& batch : batches_) taken += static_cast<std::int64_t>(batch.size()) + 1;
    reserved_task_ids_from_ = environment_.next_task_id.value + taken;
    return TaskId{reserved_task_ids_from_};
}

// As encode_batches() will write them.
std::int64_t Draft::history_size_bytes() const {
    const auto varint_size = [](std::uint64_t value) {
        return google::protobuf::io::CodedOutputStream::VarintSize64(value);
    };
    constexpr std::size_t kTag = 1;  // of a field number below 16
    std::size_t bytes = 0;
    auto next_id = static_cast<std::uint64_t>(environment_.next_task_id.value);
    for (const auto& batch : batches_) {
        for (const HistoryEvent& event : batch) {
            const std::size_t size = event.ByteSizeLong() + kTag + varint_size(next_id++);
            bytes += kTag + varint_size(size) + size;
        }
        ++next_id;
    }
    return state_.info().history_size_bytes() + static_cast<std::int64_t>(bytes);
}

std::vector<EncodedBatch> Draft::encode_batches(std::int64_t& next_id) {
    std::vector<EncodedBatch> encoded;
    for (auto& batch : batches_) {
        history::History events;
        for (HistoryEvent& event : batch) {
            event.set_task_id(next_id++);
            *events.add_events() = std::move(event);
        }
        const EventId first = events.events(0).event_id();
        encoded.push_back({first, TaskId{next_id++}, events.SerializeAsString()});
        find_large_fields(events, environment_.limits, large_fields_);
    }
    return encoded;
}

// Runs that close together do not have to leave together.
RetentionSet Draft::retention_from_now(TaskId last_task_id) const {
    constexpr std::uint64_t kJitterSeconds = 30 * 60;
    const std::chrono::seconds jitter{environment_.random % kJitterSeconds};
    const Duration wait = delete_at_once_ ? Duration{} : environment_.retention + jitter;
    return {environment_.retention.count(), saturating_add(environment_.now, wait), last_task_id};
}

Transition Draft::close() && {
    settle_workflow_task();
    hand_tasks_to_waiting_workers();
    std::int64_t next_id = environment_.next_task_id.value;
    std::vector<EncodedBatch> history = encode_batches(next_id);
    std::vector<OutboxEntry> tasks;
    for (auto& task : tasks_) tasks.push_back({TaskId{next_id++}, std::move(task)});
    const bool closes = base_open_ && !state_.running();
    if (closes) record(retention_from_now(TaskId{next_id - 1}));
    std::int64_t bytes_added = 0;
    for (const auto& batch : history) bytes_added += static_cast<std::int64_t>(batch.events.size());
    record(TransitionClosed{bytes_added, state_.items_growth_bytes(),
                            history.empty() ? kNoEvent : history.back().first_event_id,
                            environment_.now});
    if (created_ || closes) visibility_ = VisibilityChange::upsert;
    if (successor_) {
        // The visibility record of this run takes an id below the successor's.
        ASSERT(reserved_task_ids_from_ > next_id, "task ids overlap with the successor's");
        next_id = successor_->transition.next_task_id.value;
    }
    return {.next = std::move(state_),
            .history = std::move(history),
            .tasks = std::move(tasks),
            .next_task_id = TaskId{next_id},
            .visibility = visibility_,
            .creates_run = created_,
            .closes_run = closes,
            .large_fields = std::move(large_fields_),
            .handed = std::move(handed_),
            .successor = std::move(successor_)};
}

}  // namespace server::workflow

#pragma once
// What can happen to the state of a run. A change is a history event, or a record: something that
// is stored but never reaches history (attempts, heartbeats, stickiness, request ids, buffered
// events).

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "server/base/ids.h"
#include "server/state/v1/run.pb.h"
#include "server/workflow/api.h"

namespace server::workflow {

// The event enters history with its id; it is one above the last.
struct EventAppended {
    HistoryEvent event;
    EventId batch_first_event_id;
};
// The event waits for its id (events that happen while a workflow task may be running). Its effect
// on the state is immediate.
struct EventBuffered {
    HistoryEvent event;
};
// A buffered event enters history.
struct EventFlushed {
    std::int64_t arrival;
    HistoryEvent event;
};
// A buffered event is dropped (cancelling a timer whose firing the workflow has not seen).
struct BufferedEventDropped {
    std::int64_t arrival;
};

// A workflow task is pending: replaces what is known of it.
struct WorkflowTaskSet {
    state::v1::WorkflowTask task;
};
struct WorkflowTaskCleared {};
struct WorkflowTaskAttemptSet {
    std::int32_t attempt;
    std::int32_t failures_in_row;
};
// An empty queue clears stickiness.
struct StickinessSet {
    std::string task_queue;
    std::int64_t schedule_to_start_timeout_ns = 0;
};

// Replaces the record part of a pending activity.
struct ActivitySet {
    state::v1::Activity activity;
};

struct RequestIdAttached {
    std::string request_id;
    enums::EventType event_type;
    EventId event_id;
};
struct CancelRequestSeen {
    std::string request_id;
};
struct CreateRequestSeen {
    std::string request_id;
    std::string branch_id;
};
struct CloseAttempted {
    bool attempted;
};
// The run has closed, or a closed one is deleted by hand: when it leaves the store, and the last of
// the tasks that come before.
struct RetentionSet {
    std::int64_t retention_ns;
    TimePoint deletion_due;
    TaskId last_close_task_id;
};

// The end of one transition: counters that every write moves.
struct TransitionClosed {
    std::int64_t history_bytes_added;
    std::int64_t items_bytes_added;
    EventId last_batch_first_event_id;  // 0: no batch was written
    TimePoint time;
};

using Change = std::variant<EventAppended, EventBuffered, EventFlushed, BufferedEventDropped,
                            WorkflowTaskSet, WorkflowTaskCleared, WorkflowTaskAttemptSet,
                            StickinessSet, ActivitySet, RequestIdAttached, CancelRequestSeen,
                            CreateRequestSeen, CloseAttempted, RetentionSet, TransitionClosed>;

}  // namespace server::workflow

#pragma once
// MutableState: all that is known of one run, beside its history. Changed only by apply(), live and
// on replay.
//
// A decision works on an overlay (fork) and never touches the original; after the commit the
// original absorbs it, and if the commit fails nothing needs undoing. Which field comes from
// history and which from records is said in proto/server/state/v1/run.proto. Lives on its shard's
// lane, no locking of its own.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/base/ids.h"
#include "server/base/status.h"
#include "server/base/time.h"
#include "server/state/v1/run.pb.h"
#include "server/workflow/state/change.h"
#include "server/workflow/state/item_map.h"
#include "server/workflow/state/run_item.h"

namespace server::workflow {

// When something of the run is due; the earliest of all decides when the run is looked at
// (operations/due.h).
struct Due {
    TimePoint time;
    enum class Kind { activity, timer } kind;
    std::string key;  // of the item
    auto operator<=>(const Due&) const = default;
};

class MutableState {
public:
    using Info = state::v1::RunInfo;
    using Start = state::v1::RunStart;
    using Attributes = state::v1::RunAttributes;

    // A run that does not exist yet: its first change is the Started event.
    explicit MutableState(RunKey run);

    // Checks bytes from the store; DataLoss names the run and the item that is damaged.
    static Result<MutableState> decode(RunKey run, const std::string& info,
                                       const std::map<ItemKey, std::string>& items);

    MutableState fork() const;
    void absorb(MutableState&& overlay);

    // Never fails: what is applied was decided or was stored.
    void apply(const Change& change);

    // What an overlay changed, ready for the store; `encode_all` is for a test of the encoding.
    std::vector<ItemWrite> changed_items() const;
    std::map<ItemKey, std::string> encode_all() const;
    std::string encode_info() const { return info_.SerializeAsString(); }

    const RunKey& run() const { return run_; }
    const Info& info() const { return info_; }
    const Start& start() const { return *start_; }
    const Attributes& attributes() const { return *attributes_; }

    bool exists() const { return info_.phase() != state::v1::RUN_PHASE_UNSPECIFIED; }
    bool running() const { return exists() && info_.phase() != state::v1::RUN_PHASE_COMPLETED; }
    EventId next_event_id() const { return info_.next_event_id(); }

    // Null when none is pending.
    const state::v1::WorkflowTask* workflow_task() const {
        return info_.has_workflow_task() ? &info_.workflow_task() : nullptr;
    }
    bool workflow_task_started() const {
        return info_.has_workflow_task() && info_.workflow_task().started_event_id() != kNoEvent;
    }
    bool sticky() const { return !info_.sticky_task_queue().empty(); }

    const ItemMap<EventId, state::v1::Activity>& activities() const { return activities_; }
    const state::v1::Activity* find_activity(const std::string& activity_id) const;
    const ItemMap<std::string, state::v1::Timer>& timers() const { return timers_; }
    const ItemMap<EventId, state::v1::Child>& children() const { return children_; }
    const ItemMap<EventId, state::v1::ExternalRequest>& external_cancels() const {
        return external_cancels_;
    }
    const ItemMap<EventId, state::v1::ExternalRequest>& external_signals() const {
        return external_signals_;
    }
    const ItemMap<std::int64_t, HistoryEvent>& buffered_events() const { return buffered_events_; }
    bool signal_request_seen(const std::string& request_id) const {
        return signal_request_ids_.contains(request_id);
    }
    const ItemMap<std::string, state::v1::RequestId>& signal_request_ids() const {
        return signal_request_ids_;
    }
    const ItemMap<std::string, state::v1::RequestId>& request_ids() const { return request_ids_; }

    // Items with a due time at or before `now`, earliest first. Of a root only.
    std::vector<Due> due_items(TimePoint now) const;
    // The earliest due time of any item, kNever when there is none. O(1); of a root only.
    TimePoint earliest_item_due() const;

    // By how much an overlay makes the items larger, encoded; buffered events count apart
    // (buffered_size_bytes).
    std::int64_t items_growth_bytes() const;
    // Of the whole record, encoded.
    std::int64_t record_size_bytes() const;

    // An estimate for the cache.
    std::size_t size_bytes() const;

private:
    MutableState() = default;

    // What an event means, whether it is appended or only buffered (then its id is kBufferedEvent).
    void fold(const HistoryEvent& event, EventId batch_first_event_id);
    void fold_started(const HistoryEvent& event);
    void fold_closed(const HistoryEvent& event, enums::WorkflowExecutionStatus status);
    void fold_signaled(const HistoryEvent& event);
    void fold_workflow_task(const HistoryEvent& event);
    void fold_activity_scheduled(const HistoryEvent& event, EventId batch_first_event_id);
    void fold_attributes(const HistoryEvent& event);
    void fold_other_workflows(const HistoryEvent& event, EventId batch_first_event_id);
    void fold_child_initiated(const HistoryEvent& event, EventId batch_first_event_id);
    void fold_child_started(const HistoryEvent& event);
    void fold_external_initiated(const HistoryEvent& event, EventId batch_first_event_id);
    void fold_flushed(const HistoryEvent& event);
    void remove_activity(EventId scheduled_event_id);
    void buffer(const HistoryEvent& event);
    void drop_buffered(std::int64_t arrival);
    void apply_record(const Change& change);
    Attributes& edit_attributes();
    void index_due();

    RunKey run_;
    Info info_;
    std::shared_ptr<const Start> start_ = std::make_shared<Start>();
    std::shared_ptr<const Attributes> attributes_ = std::make_shared<Attributes>();
    bool start_changed_ = false;
    bool attributes_changed_ = false;
    ItemMap<EventId, state::v1::Activity> activities_;
    ItemMap<std::string, state::v1::Timer> timers_;
    ItemMap<EventId, state::v1::Child> children_;
    ItemMap<EventId, state::v1::ExternalRequest> external_cancels_;
    ItemMap<EventId, state::v1::ExternalRequest> external_signals_;
    ItemMap<std::int64_t, HistoryEvent> buffered_events_;
    ItemMap<std::string, state::v1::RequestId> signal_request_ids_;
    ItemMap<std::string, state::v1::RequestId> request_ids_;
    // Derived, never stored: activity id → scheduled event id, and due times (roots only).
    ItemMap<std::string, EventId> activity_ids_;
    std::set<Due> due_;
};

// The next moment at which this activity needs a look: dispatch after a backoff, or its earliest
// deadline; kNever when it waits for nothing.
TimePoint due_time(const state::v1::Activity& activity);
TimePoint due_time(const state::v1::Timer& timer);

}  // namespace server::workflow

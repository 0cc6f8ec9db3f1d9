#include "server/workflow/state/mutable_state.h"

#include <algorithm>

namespace server::workflow {

namespace {

// Applies `handle` to the alternatives it names.
template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};

}  // namespace

MutableState::MutableState(RunKey run) : run_(std::move(run)) { info_.set_next_event_id(1); }

MutableState MutableState::fork() const {
    MutableState overlay;
    overlay.run_ = run_;
    overlay.info_ = info_;
    overlay.start_ = start_;
    overlay.attributes_ = attributes_;
    overlay.activities_ = decltype(activities_)::over(activities_);
    overlay.timers_ = decltype(timers_)::over(timers_);
    overlay.children_ = decltype(children_)::over(children_);
    overlay.external_cancels_ = decltype(external_cancels_)::over(external_cancels_);
    overlay.external_signals_ = decltype(external_signals_)::over(external_signals_);
    overlay.buffered_events_ = decltype(buffered_events_)::over(buffered_events_);
    overlay.signal_request_ids_ = decltype(signal_request_ids_)::over(signal_request_ids_);
    overlay.request_ids_ = decltype(request_ids_)::over(request_ids_);
    overlay.activity_ids_ = decltype(activity_ids_)::over(activity_ids_);
    return overlay;
}

void MutableState::absorb(MutableState&& overlay) {
    const auto move_due = [this](Due::Kind kind, const auto& map, const auto& changes) {
        for (const auto& [key, changed] : changes) {
            const std::string name = [&] {
                if constexpr (std::is_integral_v<std::decay_t<decltype(key)>>) {
                    return std::to_string(key);
                } else {
                    return key;
                }
            }();
            if (const auto* before = map.find(key)) due_.erase({due_time(*before), kind, name});
            if (!changed) continue;
            if (const TimePoint due = due_time(*changed); due != kNever) {
                due_.insert({due, kind, name});
            }
        }
    };
    move_due(Due::Kind::activity, activities_, overlay.activities_.changes());
    move_due(Due::Kind::timer, timers_, overlay.timers_.changes());
    info_ = std::move(overlay.info_);
    start_ = std::move(overlay.start_);
    attributes_ = std::move(overlay.attributes_);
    activities_.absorb(std::move(overlay.activities_));
    timers_.absorb(std::move(overlay.timers_));
    children_.absorb(std::move(overlay.children_));
    external_cancels_.absorb(std::move(overlay.external_cancels_));
    external_signals_.absorb(std::move(overlay.external_signals_));
    buffered_events_.absorb(std::move(overlay.buffered_events_));
    signal_request_ids_.absorb(std::move(overlay.signal_request_ids_));
    request_ids_.absorb(std::move(overlay.request_ids_));
    activity_ids_.absorb(std::move(overlay.activity_ids_));
    start_changed_ = attributes_changed_ = false;
}

void MutableState::apply(const Change& change) {
    std::visit(Overloaded{
                   [this](const EventAppended& appended) {
                       info_.set_next_event_id(appended.event.event_id() + 1);
                       fold(appended.event, appended.batch_first_event_id);
                   },
                   [this](const EventBuffered& buffered) {
                       fold(buffered.event, kBufferedEvent);
                       buffer(buffered.event);
                   },
                   [this](const EventFlushed& flushed) {
                       drop_buffered(flushed.arrival);
                       info_.set_next_event_id(flushed.event.event_id() + 1);
                       fold_flushed(flushed.event);
                   },
                   [this](const BufferedEventDropped& dropped) { drop_buffered(dropped.arrival); },
                   [this, &change](const auto&) { apply_record(change); },
               },
               change);
}

void MutableState::apply_record(const Change& change) {
    std::visit(
        Overloaded{
            [this](const WorkflowTaskSet& set) { *info_.mutable_workflow_task() = set.task; },
            [this](const WorkflowTaskCleared&) { info_.clear_workflow_task(); },
            [this](const WorkflowTaskAttemptSet& set) {
                info_.set_workflow_task_attempt(set.attempt);
                info_.set_workflow_task_failures_in_row(set.failures_in_row);
            },
            [this](const StickinessSet& set) {
                info_.set_sticky_task_queue(set.task_queue);
                info_.set_sticky_schedule_to_start_timeout_ns(set.schedule_to_start_timeout_ns);
            },
            [this](const ActivitySet& set) {
                activities_.put(set.activity.scheduled_event_id(), set.activity);
            },
            [this](const RequestIdAttached& attached) {
                state::v1::RequestId entry;
                entry.set_event_type(attached.event_type);
                entry.set_event_id(attached.event_id);
                request_ids_.put(attached.request_id, std::move(entry));
            },
            [this](const CancelRequestSeen& seen) { info_.set_cancel_request_id(seen.request_id); },
            [this](const CreateRequestSeen& seen) {
                info_.set_create_request_id(seen.request_id);
                info_.set_branch_id(seen.branch_id);
            },
            [this](const CloseAttempted& set) { info_.set_close_attempted(set.attempted); },
            [this](const RetentionSet& set) {
                info_.set_retention_ns(set.retention_ns);
                info_.set_deletion_due_ns(unix_nanos(set.deletion_due));
                info_.set_last_close_task_id(set.last_close_task_id.value);
            },
            [this](const TransitionClosed& closed) {
                info_.set_history_size_bytes(info_.history_size_bytes() +
                                             closed.history_bytes_added);
                info_.set_items_size_bytes(info_.items_size_bytes() + closed.items_bytes_added);
                info_.set_state_transition_count(info_.state_transition_count() + 1);
                info_.set_last_update_time_ns(unix_nanos(closed.time));
                if (closed.last_batch_first_event_id != kNoEvent) {
                    info_.set_last_batch_first_event_id(closed.last_batch_first_event_id);
                }
            },
            [](const auto&) { ASSERT(false, "an event change reached apply_record"); },
        },
        change);
}

void MutableState::buffer(const HistoryEvent& event) {
    const std::int64_t arrival = info_.next_buffered_event();
    info_.set_next_buffered_event(arrival + 1);
    info_.set_buffered_size_bytes(info_.buffered_size_bytes() +
                                  static_cast<std::int64_t>(event.ByteSizeLong()));
    buffered_events_.put(arrival, event);
}

void MutableState::drop_buffered(std::int64_t arrival) {
    const HistoryEvent* event = buffered_events_.find(arrival);
    ASSERT(event != nullptr, "flushed an event that is not buffered");
    info_.set_buffered_size_bytes(info_.buffered_size_bytes() -
                                  static_cast<std::int64_t>(event->ByteSizeLong()));
    buffered_events_.erase(arrival);
}

const state::v1::Activity* MutableState::find_activity(const std::string& activity_id) const {
    const EventId* scheduled = activity_ids_.find(activity_id);
    return scheduled ? activities_.find(*scheduled) : nullptr;
}

void MutableState::remove_activity(EventId scheduled_event_id) {
    const auto* activity = activities_.find(scheduled_event_id);
    if (!activity) return;
    activity_ids_.erase(activity->activity_id());
    activities_.erase(scheduled_event_id);
}

MutableState::Attributes& MutableState::edit_attributes() {
    // Shared with the original: an overlay gets its own copy on the first change.
    auto copy = std::make_shared<Attributes>(*attributes_);
    Attributes& editable = *copy;
    attributes_ = std::move(copy);
    attributes_changed_ = true;
    return editable;
}

std::vector<Due> MutableState::due_items(TimePoint now) const {
    std::vector<Due> due;
    for (const Due& item : due_) {
        if (item.time > now) break;
        due.push_back(item);
    }
    return due;
}

TimePoint MutableState::earliest_item_due() const {
    return due_.empty() ? kNever : due_.begin()->time;
}

void MutableState::index_due() {
    activities_.for_each([this](EventId id, const state::v1::Activity& activity) {
        activity_ids_.put(activity.activity_id(), id);
        if (const TimePoint due = due_time(activity); due != kNever) {
            due_.insert({due, Due::Kind::activity, std::to_string(id)});
        }
    });
    timers_.for_each([this](const std::string& id, const state::v1::Timer& timer) {
        due_.insert({due_time(timer), Due::Kind::timer, id});
    });
}

std::size_t MutableState::size_bytes() const {
    constexpr std::size_t kPerItem = 512;
    const std::size_t items = activities_.size() + timers_.size() + children_.size() +
                              external_cancels_.size() + external_signals_.size() +
                              buffered_events_.size() + signal_request_ids_.size() +
                              request_ids_.size();
    return sizeof(MutableState) + start_->SpaceUsedLong() + attributes_->SpaceUsedLong() +
           info_.SpaceUsedLong() + static_cast<std::size_t>(info_.buffered_size_bytes()) +
           items * kPerItem;
}

TimePoint due_time(const state::v1::Activity& activity) {
    TimePoint due = kNever;
    const auto consider = [&due](std::int64_t base_ns, std::int64_t timeout_ns) {
        if (timeout_ns > 0) {
            due = std::min(due, saturating_add(from_unix_nanos(base_ns), Duration{timeout_ns}));
        }
    };
    const bool started = activity.started_time_ns() != 0;
    if (!started && activity.dispatch_due()) due = from_unix_nanos(activity.scheduled_time_ns());
    if (activity.expiration_ns() != 0)
        due = std::min(due, from_unix_nanos(activity.expiration_ns()));
    if (!started) {
        consider(activity.scheduled_time_ns(), activity.schedule_to_start_timeout_ns());
    } else {
        consider(activity.started_time_ns(), activity.start_to_close_timeout_ns());
        consider(std::max(activity.started_time_ns(), activity.last_heartbeat_time_ns()),
                 activity.heartbeat_timeout_ns());
    }
    return due;
}

TimePoint due_time(const state::v1::Timer& timer) { return from_unix_nanos(timer.fire_time_ns()); }

}  // namespace server::workflow

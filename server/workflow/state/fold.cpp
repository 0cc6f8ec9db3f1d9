// What each history event means for the state of its run. The only place that knows it: live, on
// replay, after reset.

#include "server/workflow/state/mutable_state.h"

namespace server::workflow {

namespace {

std::int64_t since(std::int64_t start_ns, const google::protobuf::Duration& timeout) {
    const std::int64_t timeout_ns = nanos_of(timeout);
    return timeout_ns > 0 ? start_ns + timeout_ns : 0;
}

// The execution's expiration is stored in milliseconds, so a run's is as well: neither comes before
// the other by a fraction.
std::int64_t round_up_to_ms(std::int64_t time_ns) {
    constexpr std::int64_t kMillisecond = 1'000'000;
    return (time_ns + kMillisecond - 1) / kMillisecond * kMillisecond;
}

// A null or empty value removes the entry.
bool removes(const common::Payload& payload) {
    const auto found = payload.metadata().find("encoding");
    const std::string encoding = found == payload.metadata().end() ? "" : found->second;
    if (encoding == "binary/null") return true;
    if (encoding.empty()) return payload.data().empty();
    return encoding == "json/plain" && (payload.data() == "null" || payload.data() == "[]");
}

void merge(const google::protobuf::Map<std::string, common::Payload>& upserts,
           google::protobuf::Map<std::string, common::Payload>& into) {
    for (const auto& [name, payload] : upserts) {
        if (removes(payload)) {
            into.erase(name);
        } else {
            into[name] = payload;
        }
    }
}

// Nothing of a closed run is pending any more.
template <class Map>
void erase_all(Map& map) {
    std::vector<typename Map::Key> keys;
    map.for_each([&keys](const auto& key, const auto&) { keys.push_back(key); });
    for (const auto& key : keys) map.erase(key);
}

}  // namespace

void MutableState::fold(const HistoryEvent& event, EventId batch_first_event_id) {
    switch (event.event_type()) {
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: return fold_started(event);
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
        return fold_closed(event, enums::WORKFLOW_EXECUTION_STATUS_COMPLETED);
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
        return fold_closed(event, enums::WORKFLOW_EXECUTION_STATUS_FAILED);
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
        return fold_closed(event, enums::WORKFLOW_EXECUTION_STATUS_TIMED_OUT);
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
        return fold_closed(event, enums::WORKFLOW_EXECUTION_STATUS_CANCELED);
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
        return fold_closed(event, enums::WORKFLOW_EXECUTION_STATUS_TERMINATED);
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
        return fold_closed(event, enums::WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW);
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
        return info_.set_cancel_requested(true);
    case enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
        info_.set_signal_count(info_.signal_count() + 1);
        return fold_signaled(event);
    case enums::EVENT_TYPE_WORKFLOW_TASK_SCHEDULED:
    case enums::EVENT_TYPE_WORKFLOW_TASK_STARTED:
    case enums::EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
    case enums::EVENT_TYPE_WORKFLOW_TASK_FAILED:
    case enums::EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT: return fold_workflow_task(event);
    case enums::EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
        return fold_activity_scheduled(event, batch_first_event_id);
    case enums::EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED: {
        const auto& attributes = event.activity_task_cancel_requested_event_attributes();
        if (!activities_.contains(attributes.scheduled_event_id())) return;  // already closing
        auto& activity = activities_.edit(attributes.scheduled_event_id());
        activity.set_cancel_requested(true);
        return activity.set_cancel_requested_event_id(event.event_id());
    }
    case enums::EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
        return remove_activity(
            event.activity_task_completed_event_attributes().scheduled_event_id());
    case enums::EVENT_TYPE_ACTIVITY_TASK_FAILED:
        return remove_activity(event.activity_task_failed_event_attributes().scheduled_event_id());
    case enums::EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
        return remove_activity(
            event.activity_task_timed_out_event_attributes().scheduled_event_id());
    case enums::EVENT_TYPE_ACTIVITY_TASK_CANCELED:
        return remove_activity(
            event.activity_task_canceled_event_attributes().scheduled_event_id());
    case enums::EVENT_TYPE_TIMER_STARTED: {
        const auto& attributes = event.timer_started_event_attributes();
        state::v1::Timer timer;
        timer.set_timer_id(attributes.timer_id());
        timer.set_started_event_id(event.event_id());
        timer.set_fire_time_ns(nanos_of(event.event_time()) +
                               nanos_of(attributes.start_to_fire_timeout()));
        return timers_.put(attributes.timer_id(), std::move(timer));
    }
    case enums::EVENT_TYPE_TIMER_FIRED:
        return timers_.erase(event.timer_fired_event_attributes().timer_id());
    case enums::EVENT_TYPE_TIMER_CANCELED:
        return timers_.erase(event.timer_canceled_event_attributes().timer_id());
    case enums::EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
    case enums::EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED: return fold_attributes(event);
    default: return fold_other_workflows(event, batch_first_event_id);
    }
}

void MutableState::fold_started(const HistoryEvent& event) {
    const auto& attributes = event.workflow_execution_started_event_attributes();
    const std::int64_t start_ns = nanos_of(event.event_time());
    const std::int64_t backoff_ns = nanos_of(attributes.first_workflow_task_backoff());
    auto start = std::make_shared<Start>();
    start->set_workflow_type(attributes.workflow_type().name());
    start->set_task_queue(attributes.task_queue().name());
    start->set_execution_timeout_ns(nanos_of(attributes.workflow_execution_timeout()));
    start->set_run_timeout_ns(nanos_of(attributes.workflow_run_timeout()));
    start->set_workflow_task_timeout_ns(nanos_of(attributes.workflow_task_timeout()));
    start->set_start_time_ns(start_ns);
    start->set_execution_time_ns(start_ns + backoff_ns);
    if (attributes.has_workflow_execution_expiration_time()) {
        start->set_execution_expiration_ns(
            nanos_of(attributes.workflow_execution_expiration_time()));
    }
    std::int64_t run_expiration_ns =
        round_up_to_ms(since(start_ns + backoff_ns, attributes.workflow_run_timeout()));
    if (const auto cut = start->execution_expiration_ns();
        cut != 0 && (run_expiration_ns == 0 || run_expiration_ns > cut)) {
        run_expiration_ns = cut;
    }
    start->set_run_expiration_ns(run_expiration_ns);
    start->set_first_execution_run_id(attributes.first_execution_run_id());
    start->set_original_execution_run_id(attributes.original_execution_run_id());
    start->set_continued_execution_run_id(attributes.continued_execution_run_id());
    if (attributes.has_retry_policy()) *start->mutable_retry_policy() = attributes.retry_policy();
    start->set_attempt(attributes.attempt());
    start->set_cron_schedule(attributes.cron_schedule());
    start->set_parent_namespace(attributes.parent_workflow_namespace());
    start->set_parent_namespace_id(attributes.parent_workflow_namespace_id());
    if (attributes.has_parent_workflow_execution()) {
        *start->mutable_parent_execution() = attributes.parent_workflow_execution();
    }
    start->set_parent_initiated_event_id(attributes.parent_initiated_event_id());
    if (attributes.has_root_workflow_execution()) {
        *start->mutable_root_execution() = attributes.root_workflow_execution();
    }
    if (event.has_user_metadata()) *start->mutable_user_metadata() = event.user_metadata();
    start->set_first_workflow_task_backoff_ns(backoff_ns);
    *start->mutable_links() = event.links();
    start_ = std::move(start);
    start_changed_ = true;

    Attributes& editable = edit_attributes();
    if (attributes.has_memo()) *editable.mutable_memo() = attributes.memo();
    if (attributes.has_search_attributes()) {
        *editable.mutable_search_attributes() = attributes.search_attributes();
    }
    if (attributes.has_prev_auto_reset_points()) {
        *editable.mutable_auto_reset_points() = attributes.prev_auto_reset_points();
    }
    if (attributes.has_priority()) *editable.mutable_priority() = attributes.priority();

    info_.set_phase(state::v1::RUN_PHASE_CREATED);
    info_.set_status(enums::WORKFLOW_EXECUTION_STATUS_RUNNING);
    info_.set_workflow_task_attempt(1);
}

void MutableState::fold_closed(const HistoryEvent& event, enums::WorkflowExecutionStatus status) {
    info_.set_phase(state::v1::RUN_PHASE_COMPLETED);
    info_.set_status(status);
    info_.set_close_time_ns(nanos_of(event.event_time()));
    info_.clear_workflow_task();
    erase_all(activities_);
    erase_all(activity_ids_);
    erase_all(timers_);
    erase_all(children_);
    erase_all(external_cancels_);
    erase_all(external_signals_);
    const std::string* successor = nullptr;
    if (event.has_workflow_execution_continued_as_new_event_attributes()) {
        successor =
            &event.workflow_execution_continued_as_new_event_attributes().new_execution_run_id();
    } else if (event.has_workflow_execution_completed_event_attributes()) {
        successor = &event.workflow_execution_completed_event_attributes().new_execution_run_id();
    } else if (event.has_workflow_execution_failed_event_attributes()) {
        successor = &event.workflow_execution_failed_event_attributes().new_execution_run_id();
    } else if (event.has_workflow_execution_timed_out_event_attributes()) {
        successor = &event.workflow_execution_timed_out_event_attributes().new_execution_run_id();
    }
    if (successor) info_.set_new_execution_run_id(*successor);
}

void MutableState::fold_workflow_task(const HistoryEvent& event) {
    if (event.has_workflow_task_scheduled_event_attributes()) {
        const auto& attributes = event.workflow_task_scheduled_event_attributes();
        auto& task = *info_.mutable_workflow_task();
        task.Clear();
        task.set_type(state::v1::WorkflowTask::NORMAL);
        task.set_scheduled_event_id(event.event_id());
        task.set_attempt(attributes.attempt());
        task.set_scheduled_time_ns(nanos_of(event.event_time()));
        task.set_original_scheduled_time_ns(task.scheduled_time_ns());
        task.set_start_to_close_timeout_ns(nanos_of(attributes.start_to_close_timeout()));
        task.set_task_queue(attributes.task_queue().name());
        task.set_task_queue_kind(attributes.task_queue().kind());
        info_.set_workflow_task_ever_scheduled(true);
        info_.set_phase(state::v1::RUN_PHASE_RUNNING);
        return;
    }
    if (event.has_workflow_task_started_event_attributes()) {
        const auto& attributes = event.workflow_task_started_event_attributes();
        auto& task = *info_.mutable_workflow_task();
        task.set_started_event_id(event.event_id());
        task.set_started_time_ns(nanos_of(event.event_time()));
        task.set_request_id(attributes.request_id());
        task.set_identity(attributes.identity());
        task.set_history_size_bytes(attributes.history_size_bytes());
        task.set_suggest_continue_as_new(attributes.suggest_continue_as_new());
        *task.mutable_suggest_continue_as_new_reasons() =
            attributes.suggest_continue_as_new_reasons();
        return;
    }
    if (event.has_workflow_task_completed_event_attributes()) {
        info_.set_last_completed_workflow_task_started_event_id(
            event.workflow_task_completed_event_attributes().started_event_id());
    }
    info_.clear_workflow_task();
}

void MutableState::fold_activity_scheduled(const HistoryEvent& event,
                                           EventId batch_first_event_id) {
    const auto& attributes = event.activity_task_scheduled_event_attributes();
    const std::int64_t scheduled_ns = nanos_of(event.event_time());
    state::v1::Activity activity;
    activity.set_scheduled_event_id(event.event_id());
    activity.set_scheduled_event_batch_id(batch_first_event_id);
    activity.set_activity_id(attributes.activity_id());
    activity.set_activity_type(attributes.activity_type().name());
    activity.set_task_queue(attributes.task_queue().name());
    activity.set_schedule_to_close_timeout_ns(nanos_of(attributes.schedule_to_close_timeout()));
    activity.set_schedule_to_start_timeout_ns(nanos_of(attributes.schedule_to_start_timeout()));
    activity.set_start_to_close_timeout_ns(nanos_of(attributes.start_to_close_timeout()));
    activity.set_heartbeat_timeout_ns(nanos_of(attributes.heartbeat_timeout()));
    if (attributes.has_retry_policy()) *activity.mutable_retry_policy() = attributes.retry_policy();
    if (attributes.has_priority()) *activity.mutable_priority() = attributes.priority();
    activity.set_first_scheduled_time_ns(scheduled_ns);
    activity.set_expiration_ns(since(scheduled_ns, attributes.schedule_to_close_timeout()));
    activity.set_attempt(1);
    activity.set_scheduled_time_ns(scheduled_ns);
    activity_ids_.put(activity.activity_id(), event.event_id());
    activities_.put(event.event_id(), std::move(activity));
    info_.set_activity_count(info_.activity_count() + 1);
}

void MutableState::fold_attributes(const HistoryEvent& event) {
    Attributes& editable = edit_attributes();
    if (event.has_upsert_workflow_search_attributes_event_attributes()) {
        merge(event.upsert_workflow_search_attributes_event_attributes()
                  .search_attributes()
                  .indexed_fields(),
              *editable.mutable_search_attributes()->mutable_indexed_fields());
        return;
    }
    merge(event.workflow_properties_modified_event_attributes().upserted_memo().fields(),
          *editable.mutable_memo()->mutable_fields());
}

}  // namespace server::workflow

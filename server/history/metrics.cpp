#include "server/history/metrics.h"

#include "temporal/api/history/v1/message.pb.h"

namespace server::history {

namespace {

namespace enums = ::temporal::api::enums::v1;
using telemetry::Counter;
using telemetry::Labels;
using telemetry::Registry;
using telemetry::Unit;

Labels labels_of(const std::string& namespace_name) {
    return {{"namespace", namespace_name}, {"service_name", "history"}};
}

// server.role.v1.StartWorkflowRequest → StartWorkflowExecution: what the original calls the call.
std::string operation_of(std::string_view request_name) {
    std::string name(request_name.substr(request_name.rfind('.') + 1));
    constexpr std::string_view kEnd = "Request";
    if (name.ends_with(kEnd)) name.erase(name.size() - kEnd.size());
    if (name.ends_with("Workflow")) return name + "Execution";
    if (name == "GetHistory") return "GetWorkflowExecutionHistory";
    constexpr std::string_view kActivity = "Activity";
    const std::size_t activity = name.find(kActivity);
    if (activity != std::string::npos && name.find("Task") == std::string::npos) {
        name.insert(activity + kActivity.size(), "Task");
    }
    return name;
}

}  // namespace

HistoryMetrics::OfNamespace::OfNamespace(Registry& registry, const std::string& name)
    : success(registry.counter("workflow_success", labels_of(name))),
      failed(registry.counter("workflow_failed", labels_of(name))),
      timeout(registry.counter("workflow_timeout", labels_of(name))),
      terminate(registry.counter("workflow_terminate", labels_of(name))),
      cancel(registry.counter("workflow_cancel", labels_of(name))),
      continued_as_new(registry.counter("workflow_continued_as_new", labels_of(name))),
      schedule_to_start_timeout(registry.counter("schedule_to_start_timeout", labels_of(name))),
      start_to_close_timeout(registry.counter("start_to_close_timeout", labels_of(name))),
      schedule_to_close_timeout(registry.counter("schedule_to_close_timeout", labels_of(name))),
      heartbeat_timeout(registry.counter("heartbeat_timeout", labels_of(name))),
      state_transition_count(
          registry.histogram("state_transition_count", labels_of(name), Unit::count)),
      history_size(registry.histogram("history_size", labels_of(name), Unit::bytes)),
      history_count(registry.histogram("history_count", labels_of(name), Unit::count)),
      large_blobs(registry.counter("large_blob_count", labels_of(name))),
      large_memos(registry.counter("large_memo_count", labels_of(name))) {}

HistoryMetrics::HistoryMetrics(Registry& registry)
    : calls_(registry, "service", "history"), tasks_(registry, "task", "history"),
      timer_task_(tasks_.operation("TimerActiveTask")),
      shards_created_(registry.counter("sharditem_created_count", {{"service_name", "history"}})),
      shards_removed_(registry.counter("sharditem_removed_count", {{"service_name", "history"}})),
      shards_(registry.gauge("numshards_gauge", {{"service_name", "history"}})),
      namespaces_([&registry](const std::string& name) {
          return std::make_unique<OfNamespace>(registry, name);
      }),
      calls_by_request_([this](const std::string& name) {
          return std::make_unique<CallOf>(CallOf{calls_.operation(operation_of(name))});
      }) {}

HistoryMetrics::Seen HistoryMetrics::see(const workflow::Transition& transition) {
    const auto& info = transition.next.info();
    Seen seen;
    if (transition.closes_run) seen.closed_status = static_cast<int>(info.status());
    seen.state_transitions = info.state_transition_count();
    seen.history_bytes = info.history_size_bytes();
    seen.history_events = info.next_event_id() - 1;
    for (const auto& field : transition.large_fields) {
        ++(field.memo ? seen.large_memos : seen.large_blobs);
    }
    return seen;
}

telemetry::OperationMetrics& HistoryMetrics::task(state::v1::Task::KindCase kind) {
    using Task = state::v1::Task;
    switch (kind) {
    case Task::kDispatchWorkflowTask: return tasks_.operation("TransferActiveTaskWorkflowTask");
    case Task::kDispatchActivityTask: return tasks_.operation("TransferActiveTaskActivity");
    case Task::kStartChild: return tasks_.operation("TransferActiveTaskStartChildExecution");
    case Task::kCancelExternal: return tasks_.operation("TransferActiveTaskCancelExecution");
    case Task::kSignalExternal: return tasks_.operation("TransferActiveTaskSignalExecution");
    case Task::kApplyParentClosePolicy:
    case Task::kReportToParent: return tasks_.operation("TransferActiveTaskCloseExecution");
    default: break;
    }
    return tasks_.operation("TransferActiveTaskOther");
}

Counter* HistoryMetrics::counter_of(OfNamespace& counters, int closed_status) {
    switch (closed_status) {
    case enums::WORKFLOW_EXECUTION_STATUS_COMPLETED: return &counters.success;
    case enums::WORKFLOW_EXECUTION_STATUS_FAILED: return &counters.failed;
    case enums::WORKFLOW_EXECUTION_STATUS_TIMED_OUT: return &counters.timeout;
    case enums::WORKFLOW_EXECUTION_STATUS_TERMINATED: return &counters.terminate;
    case enums::WORKFLOW_EXECUTION_STATUS_CANCELED: return &counters.cancel;
    case enums::WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW: return &counters.continued_as_new;
    default: return nullptr;
    }
}

Counter* HistoryMetrics::counter_of_timeout(OfNamespace& counters, int timeout_type) {
    switch (timeout_type) {
    case enums::TIMEOUT_TYPE_SCHEDULE_TO_START: return &counters.schedule_to_start_timeout;
    case enums::TIMEOUT_TYPE_START_TO_CLOSE: return &counters.start_to_close_timeout;
    case enums::TIMEOUT_TYPE_SCHEDULE_TO_CLOSE: return &counters.schedule_to_close_timeout;
    case enums::TIMEOUT_TYPE_HEARTBEAT: return &counters.heartbeat_timeout;
    default: return nullptr;
    }
}

void HistoryMetrics::count(const std::string& namespace_name, const Seen& seen) {
    OfNamespace& counters = namespaces_.of(namespace_name);
    counters.state_transition_count.observe(static_cast<double>(seen.state_transitions));
    counters.history_size.observe(static_cast<double>(seen.history_bytes));
    counters.history_count.observe(static_cast<double>(seen.history_events));
    if (Counter* closed = counter_of(counters, seen.closed_status)) closed->add();
    if (seen.large_blobs > 0) counters.large_blobs.add(seen.large_blobs);
    if (seen.large_memos > 0) counters.large_memos.add(seen.large_memos);
}

void HistoryMetrics::count_timeouts(const std::string& namespace_name, const std::string& events) {
    ::temporal::api::history::v1::History history;
    if (!history.ParseFromString(events)) return;
    OfNamespace& counters = namespaces_.of(namespace_name);
    for (const auto& event : history.events()) {
        int type = 0;
        if (event.has_activity_task_timed_out_event_attributes()) {
            const auto& failure = event.activity_task_timed_out_event_attributes().failure();
            type = failure.timeout_failure_info().timeout_type();
        } else if (event.has_workflow_task_timed_out_event_attributes()) {
            type = event.workflow_task_timed_out_event_attributes().timeout_type();
        }
        if (Counter* timed_out = counter_of_timeout(counters, type)) timed_out->add();
    }
}

void HistoryMetrics::shard_gained() {
    shards_created_.add();
    shards_.add(1);
}

void HistoryMetrics::shard_lost() {
    shards_removed_.add();
    shards_.add(-1);
}

}  // namespace server::history

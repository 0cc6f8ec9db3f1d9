#pragma once
// What is counted of the history role, under the names that dashboards of Temporal know: calls,
// executed tasks, shards, and per namespace how runs end, time out and grow. Owned by the service;
// any lane.

#include <string>

#include "server/state/v1/task.pb.h"
#include "server/telemetry/call_metrics.h"
#include "server/workflow/state/draft.h"

namespace server::history {

class HistoryMetrics {
public:
    explicit HistoryMetrics(telemetry::Registry& registry);

    // A transition as it is counted once it has been committed.
    struct Seen {
        int closed_status = 0;  // temporal.api.enums.v1.WorkflowExecutionStatus; 0: it runs on
        std::int64_t state_transitions = 0;
        std::int64_t history_bytes = 0;
        std::int64_t history_events = 0;
        std::uint64_t large_blobs = 0;
        std::uint64_t large_memos = 0;
    };
    static Seen see(const workflow::Transition& transition);
    void count(const std::string& namespace_name, const Seen& seen);
    // Of the events (a serialized History) that a timer brought about.
    void count_timeouts(const std::string& namespace_name, const std::string& events);

    void shard_gained();
    void shard_lost();

    // Of an outbox task, by its kind.
    telemetry::OperationMetrics& task(state::v1::Task::KindCase kind);
    telemetry::OperationMetrics& timer_task() { return timer_task_; }
    // Of a call, by the full name of its request message.
    telemetry::OperationMetrics& call(std::string_view request_name) {
        return calls_by_request_.of(request_name).operation;
    }

private:
    struct OfNamespace {
        OfNamespace(telemetry::Registry& registry, const std::string& name);

        telemetry::Counter& success;
        telemetry::Counter& failed;
        telemetry::Counter& timeout;
        telemetry::Counter& terminate;
        telemetry::Counter& cancel;
        telemetry::Counter& continued_as_new;
        telemetry::Counter& schedule_to_start_timeout;
        telemetry::Counter& start_to_close_timeout;
        telemetry::Counter& schedule_to_close_timeout;
        telemetry::Counter& heartbeat_timeout;
        telemetry::Histogram& state_transition_count;
        telemetry::Histogram& history_size;
        telemetry::Histogram& history_count;
        telemetry::Counter& large_blobs;
        telemetry::Counter& large_memos;
    };
    struct CallOf {
        telemetry::OperationMetrics& operation;
    };

    static telemetry::Counter* counter_of(OfNamespace& counters, int closed_status);
    static telemetry::Counter* counter_of_timeout(OfNamespace& counters, int timeout_type);

    telemetry::ServiceMetrics calls_;
    telemetry::ServiceMetrics tasks_;
    telemetry::OperationMetrics& timer_task_;
    telemetry::Counter& shards_created_;
    telemetry::Counter& shards_removed_;
    telemetry::Gauge& shards_;
    telemetry::SeriesTable<OfNamespace> namespaces_;
    telemetry::SeriesTable<CallOf> calls_by_request_;
};

}  // namespace server::history

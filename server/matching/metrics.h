#pragma once
// What is counted of the matching role, under the names that dashboards of Temporal know: calls,
// and per task queue how polls and tasks meet. Owned by the service; any lane.

#include <functional>
#include <string>

#include "server/matching/partition/key.h"
#include "server/telemetry/call_metrics.h"

namespace server::matching {

// The series of one task queue of one type, with all its partitions. Sticky queues share one,
// `__sticky__`.
struct QueueSeries {
    QueueSeries(telemetry::Registry& registry, const telemetry::Labels& labels);

    telemetry::Counter& poll_success;
    telemetry::Counter& poll_success_sync;
    telemetry::Counter& poll_timeouts;
    telemetry::Counter& no_poller_tasks;
    telemetry::Histogram& syncmatch_latency;
    telemetry::Histogram& asyncmatch_latency;
    telemetry::Histogram& task_dispatch_latency;
    telemetry::Gauge& backlog_count;
    telemetry::Gauge& backlog_age_seconds;
};

class MatchingMetrics {
public:
    static constexpr std::size_t kQueuesMax = 1000;  // later ones are `_other_`

    // The name of a namespace by its id, empty when it is not known (yet).
    using NameOfNamespace = std::function<std::string(const std::string& id)>;

    explicit MatchingMetrics(telemetry::Registry& registry);

    // Before the first call.
    void name_namespaces_by(NameOfNamespace name_of) { name_of_ = std::move(name_of); }
    std::string name_of(const std::string& namespace_id) const {
        return name_of_ ? name_of_(namespace_id) : std::string();
    }
    // An empty name means that it is not known.
    QueueSeries& series_of(const std::string& namespace_name, const PartitionKey& key);
    telemetry::OperationMetrics& call(std::string_view operation) {
        return calls_.operation(operation);
    }

private:
    telemetry::ServiceMetrics calls_;
    NameOfNamespace name_of_;
    telemetry::SeriesTable<QueueSeries, kQueuesMax> queues_;
};

}  // namespace server::matching

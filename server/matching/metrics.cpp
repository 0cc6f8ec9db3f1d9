#include "server/matching/metrics.h"

namespace server::matching {

namespace {

using telemetry::Labels;
using telemetry::Registry;

constexpr char kBetween = '\n';  // in no name of a namespace or a task type

// namespace, type and task queue, which may hold anything, in one label.
std::string joined_label(const std::string& namespace_name, const PartitionKey& key) {
    const std::string type =
        key.type == ::temporal::api::enums::v1::TASK_QUEUE_TYPE_ACTIVITY ? "Activity" : "Workflow";
    return (namespace_name.empty() ? std::string(telemetry::kUnknownLabel) : namespace_name) +
           kBetween + type + kBetween + (key.sticky ? "__sticky__" : queue_of(key));
}

Labels split_label(const std::string& label) {
    const std::size_t first = label.find(kBetween);
    const std::string other(telemetry::kOtherLabel);
    if (first == std::string::npos) {
        return {{"namespace", other},
                {"task_type", other},
                {"taskqueue", other},
                {"service_name", "matching"}};
    }
    const std::size_t second = label.find(kBetween, first + 1);
    return {{"namespace", label.substr(0, first)},
            {"task_type", label.substr(first + 1, second - first - 1)},
            {"taskqueue", label.substr(second + 1)},
            {"service_name", "matching"}};
}

}  // namespace

QueueSeries::QueueSeries(Registry& registry, const Labels& labels)
    : poll_success(registry.counter("poll_success", labels)),
      poll_success_sync(registry.counter("poll_success_sync", labels)),
      poll_timeouts(registry.counter("poll_timeouts", labels)),
      no_poller_tasks(registry.counter("no_poller_tasks", labels)),
      syncmatch_latency(registry.histogram("syncmatch_latency", labels)),
      asyncmatch_latency(registry.histogram("asyncmatch_latency", labels)),
      task_dispatch_latency(registry.histogram("task_dispatch_latency", labels)),
      backlog_count(registry.gauge("approximate_backlog_count", labels)),
      backlog_age_seconds(registry.gauge("approximate_backlog_age_seconds", labels)) {}

MatchingMetrics::MatchingMetrics(Registry& registry)
    : calls_(registry, "service", "matching"), queues_([&registry](const std::string& label) {
          return std::make_unique<QueueSeries>(registry, split_label(label));
      }) {}

QueueSeries& MatchingMetrics::series_of(const std::string& namespace_name,
                                        const PartitionKey& key) {
    return queues_.of(joined_label(namespace_name, key));
}

}  // namespace server::matching

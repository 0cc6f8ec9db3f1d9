#pragma once
// What is counted of calls, under the names that dashboards of Temporal know. `prefix` is service
// (calls of a role), persistence or visibility_persistence (calls of a store):
//
//   <prefix>_requests, <prefix>_latency       every call; seconds
//   <prefix>_error_with_type                  every failure, by error_type
//   <prefix>_errors                           failures that are nobody's wish: Internal,
//   Unavailable ... service_pending_requests                  calls that have begun and not ended
//   service_errors_entity_not_found, service_errors_execution_already_started,
//   service_errors_resource_exhausted         three kinds that have names of their own
//
// with the labels service_name, operation and, where it is known, namespace. A handle is made once;
// counting is a few relaxed atomics, without an allocation or a lock.

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "server/base/status.h"
#include "server/base/time.h"
#include "server/telemetry/metrics.h"
#include "server/telemetry/series_table.h"

namespace server::telemetry {

// "serviceerror_NotFound": the label error_type of a failure.
std::string_view error_type(const Status& status);

// One operation of one service. Any thread.
class OperationMetrics {
public:
    OperationMetrics(Registry& registry, std::string prefix, std::string service,
                     std::string operation);

    void count_begin() { pending_.add(1); }
    // The call of this namespace has ended; an empty name means there is none to know.
    void count_end(std::string_view namespace_name, Duration took, const Status& status);
    void count_dropped() { pending_.add(-1); }

private:
    static constexpr std::size_t kErrorTypes = 24;
    struct Series {
        Counter* requests = nullptr;
        Histogram* latency = nullptr;
        Counter* errors = nullptr;
        std::array<std::atomic<Counter*>, kErrorTypes> errors_by_type{};
    };

    Labels labels(const std::string& namespace_name) const;
    std::unique_ptr<Series> make(const std::string& namespace_name);
    void count_failure(std::string_view namespace_name, Series& series, const Status& status);
    void count_named(std::string_view namespace_name, const Status& status);

    Registry& registry_;
    const std::string prefix_;
    const std::string service_;
    const std::string operation_;
    Gauge own_pending_;  // of a prefix that does not show how many calls are open
    Gauge& pending_;
    SeriesTable<Series> series_;
};

// The operations of one service, made as they are asked for. Outlives their calls.
class ServiceMetrics {
public:
    static constexpr std::size_t kOperationsMax = 512;

    ServiceMetrics(Registry& registry, const std::string& prefix, const std::string& service);

    // The same object for the same name.
    OperationMetrics& operation(std::string_view name) { return operations_.of(name); }

private:
    SeriesTable<OperationMetrics, kOperationsMax> operations_;
};

// One call from its begin to its end; one that is destroyed before it ended is not counted.
class MeasuredCall {
public:
    MeasuredCall(OperationMetrics& operation, TimePoint begin)
        : operation_(operation), begin_(begin) {
        operation_.count_begin();
    }
    MeasuredCall(const MeasuredCall&) = delete;
    MeasuredCall& operator=(const MeasuredCall&) = delete;
    ~MeasuredCall() { operation_.count_dropped(); }

    // Known once the call is let in. `name` outlives this object.
    void of_namespace(std::string_view name) { namespace_name_ = name; }
    void end(TimePoint now, const Status& status) {
        operation_.count_end(namespace_name_, now - begin_, status);
    }

private:
    OperationMetrics& operation_;
    TimePoint begin_;
    std::string_view namespace_name_;
};

}  // namespace server::telemetry

#include "server/telemetry/call_metrics.h"

#include <algorithm>

namespace server::telemetry {

namespace {

// What a failure is called, by its detail where that says more than its code.
constexpr std::array<std::string_view, 24> kErrorTypeNames{
    "serviceerror_Unknown",
    "serviceerror_Canceled",
    "serviceerror_InvalidArgument",
    "serviceerror_DeadlineExceeded",
    "serviceerror_NotFound",
    "serviceerror_AlreadyExists",
    "serviceerror_PermissionDenied",
    "serviceerror_ResourceExhausted",
    "serviceerror_FailedPrecondition",
    "serviceerror_Aborted",
    "serviceerror_OutOfRange",
    "serviceerror_Unimplemented",
    "serviceerror_Internal",
    "serviceerror_Unavailable",
    "serviceerror_DataLoss",
    "serviceerror_Unauthenticated",
    "serviceerror_NamespaceNotFound",
    "serviceerror_NamespaceAlreadyExists",
    "serviceerror_NamespaceInvalidState",
    "serviceerror_WorkflowExecutionAlreadyStarted",
    "serviceerror_QueryFailed",
    "serviceerror_WorkflowNotReady",
    "serviceerrors_ShardOwnershipLost",
    "serviceerror_ClientVersionNotSupported"};

std::size_t type_of_code(Code code) {
    switch (code) {
    case Code::Ok: break;
    case Code::Unknown: return 0;
    case Code::Cancelled: return 1;
    case Code::InvalidArgument: return 2;
    case Code::DeadlineExceeded: return 3;
    case Code::NotFound: return 4;
    case Code::AlreadyExists: return 5;
    case Code::PermissionDenied: return 6;
    case Code::ResourceExhausted: return 7;
    case Code::FailedPrecondition: return 8;
    case Code::Aborted: return 9;
    case Code::OutOfRange: return 10;
    case Code::Unimplemented: return 11;
    case Code::Internal: return 12;
    case Code::Unavailable: return 13;
    case Code::DataLoss: return 14;
    case Code::Unauthenticated: return 15;
    }
    return 0;
}

std::size_t type_of(const Status& status) {
    if (status.detail<NamespaceNotFound>()) return 16;
    if (status.detail<NamespaceAlreadyExists>()) return 17;
    if (status.detail<NamespaceInvalidState>()) return 18;
    if (status.detail<WorkflowAlreadyStarted>()) return 19;
    if (status.detail<QueryFailed>()) return 20;
    if (status.detail<WorkflowNotReady>()) return 21;
    if (status.detail<OwnershipLost>()) return 22;
    if (status.detail<ClientVersionNotSupported>()) return 23;
    return type_of_code(status.code());
}

// Which nobody asked for: the rest are answers.
bool is_fault(Code code) {
    return code == Code::Internal || code == Code::Unknown || code == Code::DataLoss ||
           code == Code::Unavailable;
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

std::string cause_label(ResourceExhausted::Cause cause) {
    switch (cause) {
    case ResourceExhausted::Cause::rps: return "RpsLimit";
    case ResourceExhausted::Cause::concurrent: return "ConcurrentLimit";
    case ResourceExhausted::Cause::system_overloaded: return "SystemOverloaded";
    case ResourceExhausted::Cause::persistence: return "PersistenceLimit";
    case ResourceExhausted::Cause::busy_workflow: return "BusyWorkflow";
    }
    return "Unspecified";
}

}  // namespace

std::string_view error_type(const Status& status) { return kErrorTypeNames[type_of(status)]; }

OperationMetrics::OperationMetrics(Registry& registry, std::string prefix, std::string service,
                                   std::string operation)
    : registry_(registry), prefix_(std::move(prefix)), service_(std::move(service)),
      operation_(std::move(operation)),
      pending_(prefix_ == "service" ? registry.gauge("service_pending_requests", labels(""))
                                    : own_pending_),
      series_([this](const std::string& name) { return make(name); }) {}

Labels OperationMetrics::labels(const std::string& namespace_name) const {
    Labels labels{{"operation", operation_}, {"service_name", service_}};
    if (!namespace_name.empty()) labels["namespace"] = namespace_name;
    return labels;
}

std::unique_ptr<OperationMetrics::Series> OperationMetrics::make(
    const std::string& namespace_name) {
    auto series = std::make_unique<Series>();
    series->requests = &registry_.counter(prefix_ + "_requests", labels(namespace_name));
    series->latency = &registry_.histogram(prefix_ + "_latency", labels(namespace_name));
    series->errors = &registry_.counter(prefix_ + "_errors", labels(namespace_name));
    return series;
}

void OperationMetrics::count_end(std::string_view namespace_name, Duration took,
                                 const Status& status) {
    Series& series = series_.of(namespace_name);
    series.requests->add();
    series.latency->observe(seconds(std::max(took, Duration{})));
    if (!status.ok()) count_failure(namespace_name, series, status);
}

void OperationMetrics::count_failure(std::string_view namespace_name, Series& series,
                                     const Status& status) {
    const std::size_t type = type_of(status);
    Counter* counter = series.errors_by_type[type].load(std::memory_order_acquire);
    if (counter == nullptr) {
        Labels with_type = labels(std::string(namespace_name));
        with_type["error_type"] = kErrorTypeNames[type];
        counter = &registry_.counter(prefix_ + "_error_with_type", with_type);
        series.errors_by_type[type].store(counter, std::memory_order_release);
    }
    counter->add();
    if (is_fault(status.code())) series.errors->add();
    if (prefix_ == "service") count_named(namespace_name, status);
}

// Failures that dashboards ask for by name. Rare enough for the registry's look-up.
void OperationMetrics::count_named(std::string_view namespace_name, const Status& status) {
    const Labels own = labels(std::string(namespace_name));
    if (status.code() == Code::NotFound) {
        registry_.counter("service_errors_entity_not_found", own).add();
    } else if (status.detail<WorkflowAlreadyStarted>()) {
        registry_.counter("service_errors_execution_already_started", own).add();
    } else if (const auto* exhausted = status.detail<ResourceExhausted>()) {
        Labels with_cause = own;
        with_cause["resource_exhausted_cause"] = cause_label(exhausted->cause);
        with_cause["resource_exhausted_scope"] =
            exhausted->scope == ResourceExhausted::Scope::system ? "System" : "Namespace";
        registry_.counter("service_errors_resource_exhausted", with_cause).add();
    }
}

ServiceMetrics::ServiceMetrics(Registry& registry, const std::string& prefix,
                               const std::string& service)
    : operations_([&registry, prefix, service](const std::string& name) {
          return std::make_unique<OperationMetrics>(registry, prefix, service, name);
      }) {}

}  // namespace server::telemetry

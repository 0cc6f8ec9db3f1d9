#include "server/app/role_options.h"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>
#include <utility>

namespace server::app {

namespace {

struct NumberKey {
    std::string_view key;
    void (*set)(RoleOptions& options, std::int64_t value);
    // With constraints {namespace: name}; null: the key takes none.
    void (*set_for_namespace)(RoleOptions& options, const std::string& name,
                              std::int64_t value) = nullptr;
};

struct DurationKey {
    std::string_view key;
    void (*set)(RoleOptions& options, Duration value);
};

// The member that a path of pointers to members leads to.
template <auto first, auto... rest, class Object>
auto& member_of(Object& object) {
    if constexpr (sizeof...(rest) == 0) {
        return object.*first;
    } else {
        return member_of<rest...>(object.*first);
    }
}

// Sets it, or its largest value.
template <auto... path>
void set_number(RoleOptions& options, std::int64_t value) {
    auto& member = member_of<path...>(options);
    using Number = std::remove_reference_t<decltype(member)>;
    member = std::in_range<Number>(value) ? static_cast<Number>(value)
                                          : std::numeric_limits<Number>::max();
}

template <auto... path>
void set_duration(RoleOptions& options, Duration value) {
    member_of<path...>(options) = value;
}

using SetNumber = void (*)(RoleOptions& options, std::int64_t value);

template <SetNumber first, SetNumber second>
void set_both(RoleOptions& options, std::int64_t value) {
    first(options, value);
    second(options, value);
}

template <auto... path>
constexpr SetNumber kFrontend = set_number<&RoleOptions::frontend, path...>;
template <auto... path>
constexpr SetNumber kHistory = set_number<&RoleOptions::history, path...>;
template <auto... path>
constexpr SetNumber kMatching = set_number<&RoleOptions::matching, path...>;
template <auto limit>
constexpr SetNumber kWorkflow = kHistory<&history::Options::workflow, limit>;

using AttributeLimits = cluster::SearchAttributeLimits;
template <auto limit>
constexpr SetNumber kAttributes = set_both<kFrontend<&frontend::Limits::search_attributes, limit>,
                                           kHistory<&history::Options::search_attributes, limit>>;

void set_spill_batch(RoleOptions& options, std::int64_t value) {
    kMatching<&matching::Options::spill_batch_max>(options, std::min<std::int64_t>(value, 10'000));
}

void set_waits_of_namespace(RoleOptions& options, const std::string& name, std::int64_t value) {
    options.frontend.waits_of_namespace_max[name] = static_cast<std::size_t>(value);
}

void set_requests_of_namespace(RoleOptions& options, const std::string& name, std::int64_t value) {
    options.frontend.requests_per_second_of_namespace_max[name] = value;
}

using frontend::Limits;
using Workflow = workflow::Limits;

constexpr std::array<NumberKey, 33> kNumbers{{
    {"limit.blobSize.error",
     set_both<kFrontend<&Limits::blob_bytes_max>, kWorkflow<&Workflow::blob_size_bytes_max>>},
    {"limit.memoSize.error",
     set_both<kFrontend<&Limits::memo_bytes_max>, kWorkflow<&Workflow::memo_size_bytes_max>>},
    {"limit.maxIDLength",
     set_both<kFrontend<&Limits::id_bytes_max>, kWorkflow<&Workflow::id_length_max>>},
    {"limit.numPendingActivities.error", kWorkflow<&Workflow::pending_activities_max>},
    {"limit.blobSize.warn", kWorkflow<&Workflow::blob_size_bytes_warn>},
    {"limit.memoSize.warn", kWorkflow<&Workflow::memo_size_bytes_warn>},
    {"limit.numPendingChildExecutions.error", kWorkflow<&Workflow::pending_children_max>},
    {"limit.numPendingSignals.error", kWorkflow<&Workflow::pending_external_signals_max>},
    {"limit.numPendingCancelRequests.error", kWorkflow<&Workflow::pending_external_cancels_max>},
    {"limit.historyCount.warn", kWorkflow<&Workflow::history_count_warn>},
    {"limit.historyCount.error", kWorkflow<&Workflow::history_count_max>},
    {"limit.historySize.warn", kWorkflow<&Workflow::history_size_bytes_warn>},
    {"limit.historySize.error", kWorkflow<&Workflow::history_size_bytes_max>},
    {"limit.mutableStateSize.warn", kWorkflow<&Workflow::state_size_bytes_warn>},
    {"limit.mutableStateSize.error", kWorkflow<&Workflow::state_size_bytes_max>},
    {"history.maximumSignalsPerExecution", kWorkflow<&Workflow::signals_max>},
    {"history.maximumBufferedEventsBatch", kWorkflow<&Workflow::buffered_events_max>},
    {"history.maxBufferedQueryCount", kHistory<&history::Options::buffered_queries_max>},
    {"limit.historyCount.suggestContinueAsNew",
     kWorkflow<&Workflow::suggest_continue_as_new_events>},
    {"limit.historySize.suggestContinueAsNew",
     kWorkflow<&Workflow::suggest_continue_as_new_size_bytes>},
    {"frontend.namespaceCount", kFrontend<&Limits::waits_per_namespace_max>,
     set_waits_of_namespace},
    {"frontend.namespaceRPS", kFrontend<&Limits::requests_per_second_max>,
     set_requests_of_namespace},
    {"frontend.historyMaxPageSize", kFrontend<&Limits::history_page_max>},
    {"frontend.visibilityMaxPageSize", kFrontend<&Limits::visibility_page_max>},
    {"frontend.maxLinksPerRequest", kFrontend<&Limits::links_max>},
    {"frontend.linkMaxSize", kFrontend<&Limits::link_bytes_max>},
    {"matching.getTasksBatchSize", kMatching<&matching::Options::backlog_page>},
    {"matching.maxTaskBatchSize", set_spill_batch},
    {"matching.outstandingTaskAppendsThreshold", kMatching<&matching::Options::spill_waiting_max>},
    {"matching.numTaskqueueWritePartitions", kMatching<&matching::Options::write_partitions>},
    {"matching.numTaskqueueReadPartitions", kMatching<&matching::Options::read_partitions>},
    {"limit.numSearchAttributes", kAttributes<&AttributeLimits::count_max>},
    {"frontend.searchAttributesTotalSizeLimit", kAttributes<&AttributeLimits::total_bytes_max>},
}};

constexpr std::array<DurationKey, 5> kDurations{{
    {"history.longPollExpirationInterval",
     set_duration<&RoleOptions::history, &history::Options::history_wait_max>},
    {"matching.longPollExpirationInterval",
     set_duration<&RoleOptions::matching, &matching::Options::long_poll>},
    {"matching.syncMatchWaitDuration",
     set_duration<&RoleOptions::matching, &matching::Options::sync_match_wait>},
    {"matching.idleTaskqueueCheckInterval",
     set_duration<&RoleOptions::matching, &matching::Options::idle_unload>},
    {"history.defaultWorkflowTaskTimeout",
     set_duration<&RoleOptions::history, &history::Options::workflow,
                  &Workflow::workflow_task_timeout_default>},
}};

std::string at_place(const config::DynamicValue& value, std::string_view key,
                     const std::string& text) {
    const std::string place = value.place.empty() ? "dynamic config " : value.place + ": ";
    return place + std::string(key) + ": " + text;
}

// A value above zero, or a warning.
template <class Value>
std::optional<Value> accepted(Result<Value> value, const config::DynamicValue& stored,
                              std::string_view key, RoleOptions& options) {
    if (value.ok() && *value > Value{}) return *value;
    options.warnings.push_back(value.ok() ? at_place(stored, key, "must be above zero")
                                          : value.status().message());
    return std::nullopt;
}

// Whether the constraints are a namespace and nothing else.
bool is_namespace_only(const config::Constraints& constraints) {
    const config::Constraints by_name{.namespace_name = constraints.namespace_name};
    return constraints.namespace_name && constraints == by_name;
}

// Several may have no constraints: as everywhere, the first of them counts.
const config::DynamicValue* unconstrained(const std::vector<config::DynamicValue>& values) {
    const auto found = std::find_if(values.begin(), values.end(),
                                    [](const auto& value) { return value.constraints.empty(); });
    return found == values.end() ? nullptr : &*found;
}

void warn_of_constraints(std::string_view key, const std::vector<config::DynamicValue>& values,
                         RoleOptions& options) {
    for (const config::DynamicValue& value : values) {
        if (value.constraints.empty()) continue;
        options.warnings.push_back(
            at_place(value, key, "these constraints have no effect on this key here"));
    }
}

void apply(const NumberKey& row, const std::vector<config::DynamicValue>& values,
           RoleOptions& options) {
    if (const auto* value = unconstrained(values)) {
        const auto number = accepted(config::to_integer(row.key, *value), *value, row.key, options);
        if (number) row.set(options, *number);
    }
    if (row.set_for_namespace == nullptr) return warn_of_constraints(row.key, values, options);
    for (auto value = values.rbegin(); value != values.rend(); ++value) {  // the first one stays
        if (value->constraints.empty()) continue;
        if (!is_namespace_only(value->constraints)) {
            warn_of_constraints(row.key, {*value}, options);
            continue;
        }
        const auto number = accepted(config::to_integer(row.key, *value), *value, row.key, options);
        if (number) row.set_for_namespace(options, *value->constraints.namespace_name, *number);
    }
}

void apply(const DurationKey& row, const std::vector<config::DynamicValue>& values,
           RoleOptions& options) {
    if (const auto* value = unconstrained(values)) {
        const auto duration =
            accepted(config::to_duration(row.key, *value), *value, row.key, options);
        if (duration) row.set(options, *duration);
    }
    warn_of_constraints(row.key, values, options);
}

template <class Rows>
bool apply_row_of(const std::string& key, const Rows& rows,
                  const std::vector<config::DynamicValue>& values, RoleOptions& options) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&key](const auto& candidate) {
        return config::lower_case(candidate.key) == key;
    });
    if (row == rows.end()) return false;
    apply(*row, values, options);
    return true;
}

}  // namespace

RoleOptions role_options_from(const config::DynamicValues& values) {
    RoleOptions options;
    for (const auto& [key, values_of_it] : values.values()) {
        if (apply_row_of(key, kNumbers, values_of_it, options)) continue;
        if (apply_row_of(key, kDurations, values_of_it, options)) continue;
        options.unused_keys.push_back(key);
    }
    return options;
}

Result<RoleOptions> strict_role_options_from(const config::DynamicValues& values) {
    RoleOptions options = role_options_from(values);
    if (!options.warnings.empty()) return invalid_argument(options.warnings.front());
    return options;
}

std::vector<std::string_view> dynamic_keys() {
    std::vector<std::string_view> keys;
    for (const NumberKey& row : kNumbers) keys.push_back(row.key);
    for (const DurationKey& row : kDurations) keys.push_back(row.key);
    return keys;
}

}  // namespace server::app

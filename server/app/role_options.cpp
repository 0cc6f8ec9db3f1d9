#include "server/app/role_options.h"

#include <algorithm>
#include <array>

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

std::size_t size(std::int64_t value) { return static_cast<std::size_t>(value); }
std::int32_t small(std::int64_t value) {
    return static_cast<std::int32_t>(std::min<std::int64_t>(value, INT32_MAX));
}

constexpr std::array<NumberKey, 32> kNumbers{{
    {"limit.blobSize.error",
     [](RoleOptions& options, std::int64_t value) {
         options.frontend.blob_bytes_max = size(value);
         options.history.workflow.blob_size_bytes_max = size(value);
     }},
    {"limit.memoSize.error",
     [](RoleOptions& options, std::int64_t value) {
         options.frontend.memo_bytes_max = size(value);
         options.history.workflow.memo_size_bytes_max = size(value);
     }},
    {"limit.maxIDLength",
     [](RoleOptions& options, std::int64_t value) {
         options.frontend.id_bytes_max = size(value);
         options.history.workflow.id_length_max = size(value);
     }},
    {"limit.numPendingActivities.error",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.pending_activities_max = size(value);
     }},
    {"limit.blobSize.warn",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.blob_size_bytes_warn = size(value);
     }},
    {"limit.memoSize.warn",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.memo_size_bytes_warn = size(value);
     }},
    {"limit.numPendingChildExecutions.error",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.pending_children_max = size(value);
     }},
    {"limit.numPendingSignals.error",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.pending_external_signals_max = size(value);
     }},
    {"limit.numPendingCancelRequests.error",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.pending_external_cancels_max = size(value);
     }},
    {"limit.historyCount.warn",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.history_count_warn = value;
     }},
    {"limit.historyCount.error",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.history_count_max = value;
     }},
    {"limit.historySize.warn",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.history_size_bytes_warn = value;
     }},
    {"limit.historySize.error",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.history_size_bytes_max = value;
     }},
    {"limit.mutableStateSize.warn",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.state_size_bytes_warn = value;
     }},
    {"limit.mutableStateSize.error",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.state_size_bytes_max = value;
     }},
    {"history.maximumSignalsPerExecution",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.signals_max = value;
     }},
    {"history.maximumBufferedEventsBatch",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.buffered_events_max = size(value);
     }},
    {"history.maxBufferedQueryCount",
     [](RoleOptions& options, std::int64_t value) {
         options.history.buffered_queries_max = size(value);
     }},
    {"limit.historyCount.suggestContinueAsNew",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.suggest_continue_as_new_events = value;
     }},
    {"limit.historySize.suggestContinueAsNew",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.suggest_continue_as_new_size_bytes = value;
     }},
    {"frontend.namespaceCount",
     [](RoleOptions& options, std::int64_t value) {
         options.frontend.waits_per_namespace_max = size(value);
     },
     [](RoleOptions& options, const std::string& name, std::int64_t value) {
         options.frontend.waits_of_namespace_max[name] = size(value);
     }},
    {"frontend.historyMaxPageSize",
     [](RoleOptions& options, std::int64_t value) {
         options.frontend.history_page_max = small(value);
     }},
    {"frontend.visibilityMaxPageSize",
     [](RoleOptions& options, std::int64_t value) {
         options.frontend.visibility_page_max = small(value);
     }},
    {"frontend.maxLinksPerRequest",
     [](RoleOptions& options, std::int64_t value) { options.frontend.links_max = size(value); }},
    {"frontend.linkMaxSize",
     [](RoleOptions& options, std::int64_t value) {
         options.frontend.link_bytes_max = size(value);
     }},
    {"matching.getTasksBatchSize",
     [](RoleOptions& options, std::int64_t value) {
         options.matching.backlog_page = small(value);
     }},
    {"matching.maxTaskBatchSize",
     [](RoleOptions& options, std::int64_t value) {
         options.matching.spill_batch_max = std::min<std::size_t>(size(value), 10'000);
     }},
    {"matching.outstandingTaskAppendsThreshold",
     [](RoleOptions& options, std::int64_t value) {
         options.matching.spill_waiting_max = size(value);
     }},
    {"matching.numTaskqueueWritePartitions",
     [](RoleOptions& options, std::int64_t value) {
         options.matching.write_partitions = small(value);
     }},
    {"matching.numTaskqueueReadPartitions",
     [](RoleOptions& options, std::int64_t value) {
         options.matching.read_partitions = small(value);
     }},
    {"limit.numSearchAttributes",
     [](RoleOptions& options, std::int64_t value) {
         options.frontend.search_attributes.count_max = size(value);
         options.history.search_attributes.count_max = size(value);
     }},
    {"frontend.searchAttributesTotalSizeLimit",
     [](RoleOptions& options, std::int64_t value) {
         options.frontend.search_attributes.total_bytes_max = size(value);
         options.history.search_attributes.total_bytes_max = size(value);
     }},
}};

constexpr std::array<DurationKey, 5> kDurations{{
    {"history.longPollExpirationInterval",
     [](RoleOptions& options, Duration value) { options.history.history_wait_max = value; }},
    {"matching.longPollExpirationInterval",
     [](RoleOptions& options, Duration value) { options.matching.long_poll = value; }},
    {"matching.syncMatchWaitDuration",
     [](RoleOptions& options, Duration value) { options.matching.sync_match_wait = value; }},
    {"matching.idleTaskqueueCheckInterval",
     [](RoleOptions& options, Duration value) { options.matching.idle_unload = value; }},
    {"history.defaultWorkflowTaskTimeout",
     [](RoleOptions& options, Duration value) {
         options.history.workflow.workflow_task_timeout_default = value;
     }},
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

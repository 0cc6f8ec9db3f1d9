#include "server/app/role_options.h"

#include <algorithm>
#include <array>

namespace server::app {

namespace {

struct NumberKey {
    std::string_view key;  // in lower case, as DynamicValues keeps them
    void (*set)(RoleOptions& options, std::int64_t value);
};

struct DurationKey {
    std::string_view key;
    void (*set)(RoleOptions& options, Duration value);
};

std::size_t size(std::int64_t value) { return static_cast<std::size_t>(value); }

constexpr std::array<NumberKey, 10> kNumbers{{
    {"limit.blobsize.error",
     [](RoleOptions& options, std::int64_t value) {
         options.frontend.blob_bytes_max = size(value);
         options.history.workflow.blob_size_bytes_max = size(value);
     }},
    {"limit.memosize.error",
     [](RoleOptions& options, std::int64_t value) {
         options.frontend.memo_bytes_max = size(value);
         options.history.workflow.memo_size_bytes_max = size(value);
     }},
    {"limit.maxidlength",
     [](RoleOptions& options, std::int64_t value) {
         options.frontend.id_bytes_max = size(value);
         options.history.workflow.id_length_max = size(value);
     }},
    {"limit.numpendingactivities.error",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.pending_activities_max = size(value);
     }},
    {"history.maximumsignalsperexecution",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.signals_max = value;
     }},
    {"history.maximumbufferedeventsbatch",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.buffered_events_max = size(value);
     }},
    {"history.maxbufferedquerycount",
     [](RoleOptions& options, std::int64_t value) {
         options.history.buffered_queries_max = size(value);
     }},
    {"limit.historycount.suggestcontinueasnew",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.suggest_continue_as_new_events = value;
     }},
    {"limit.historysize.suggestcontinueasnew",
     [](RoleOptions& options, std::int64_t value) {
         options.history.workflow.suggest_continue_as_new_size_bytes = value;
     }},
    {"frontend.namespacecount",
     [](RoleOptions& options, std::int64_t value) {
         options.frontend.waits_per_namespace_max = size(value);
     }},
}};

constexpr std::array<DurationKey, 3> kDurations{{
    {"history.longpollexpirationinterval",
     [](RoleOptions& options, Duration value) { options.history.history_wait_max = value; }},
    {"matching.longpollexpirationinterval",
     [](RoleOptions& options, Duration value) { options.matching.long_poll = value; }},
    {"history.defaultworkflowtasktimeout",
     [](RoleOptions& options, Duration value) {
         options.history.workflow.workflow_task_timeout_default = value;
     }},
}};

Status not_positive(std::string_view key) {
    return invalid_argument("dynamic config " + std::string(key) + ": must be above zero");
}

Status apply(const NumberKey& row, const config::DynamicValues& values, RoleOptions& options) {
    TRY_ASSIGN(const std::int64_t value, values.integer(row.key, 0));
    if (value <= 0) return not_positive(row.key);
    row.set(options, value);
    return ok_status();
}

Status apply(const DurationKey& row, const config::DynamicValues& values, RoleOptions& options) {
    TRY_ASSIGN(const Duration value, values.duration(row.key, Duration{}));
    if (value <= Duration{}) return not_positive(row.key);
    row.set(options, value);
    return ok_status();
}

template <class Rows>
Result<bool> apply_row_of(const std::string& key, const Rows& rows,
                          const config::DynamicValues& values, RoleOptions& options) {
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&key](const auto& candidate) { return candidate.key == key; });
    if (row == rows.end()) return false;
    TRY(apply(*row, values, options));
    return true;
}

}  // namespace

Result<RoleOptions> role_options_from(const config::DynamicValues& values) {
    RoleOptions options;
    for (const auto& [key, unused] : values.values()) {
        TRY_ASSIGN(const bool is_number, apply_row_of(key, kNumbers, values, options));
        TRY_ASSIGN(const bool is_duration, apply_row_of(key, kDurations, values, options));
        if (!is_number && !is_duration) options.unused_keys.push_back(key);
    }
    return options;
}

}  // namespace server::app

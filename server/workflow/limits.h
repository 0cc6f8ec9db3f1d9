#pragma once
// Limits of one run, with the defaults of the reference (temporal-server.md §5).

#include <cstddef>
#include <cstdint>

#include "server/base/time.h"

namespace server::workflow {

struct Limits {
    std::size_t blob_size_bytes_max = 2 * 1024 * 1024;
    std::size_t memo_size_bytes_max = 2 * 1024 * 1024;
    std::size_t id_length_max = 1000;
    std::size_t pending_activities_max = 2000;
    std::size_t pending_children_max = 2000;
    std::size_t pending_external_cancels_max = 2000;
    std::size_t pending_external_signals_max = 2000;
    std::int64_t signals_max = 10000;
    std::size_t buffered_events_max = 100;
    std::int64_t buffered_size_bytes_max = 2 * 1024 * 1024;
    std::int64_t suggest_continue_as_new_events = 4096;
    std::int64_t suggest_continue_as_new_size_bytes = 4 * 1024 * 1024;
    // What a run may grow to before the server ends it.
    std::int64_t history_size_bytes_max = 50 * 1024 * 1024;
    std::int64_t history_count_max = 51200;
    std::int64_t state_size_bytes_max = 8 * 1024 * 1024;
    std::int64_t transaction_size_bytes_max = 4 * 1024 * 1024;  // of one transition
    // From here on the server warns and refuses nothing yet.
    std::size_t blob_size_bytes_warn = 512 * 1024;
    std::size_t memo_size_bytes_warn = 2 * 1024;
    std::int64_t history_size_bytes_warn = 10 * 1024 * 1024;
    std::int64_t history_count_warn = 10240;
    std::int64_t state_size_bytes_warn = 1024 * 1024;
    std::size_t search_attribute_size_bytes_max = 2 * 1024;    // of one value
    std::size_t search_attributes_size_bytes_max = 40 * 1024;  // of all
    std::size_t failure_size_bytes_max = 4 * 1024;             // of an activity's last failure
    Duration workflow_task_timeout_default = 10s;
    Duration workflow_task_timeout_max = 120s;
    Duration workflow_task_heartbeat_max = 30min;
    Duration run_lifetime_min = 1s;  // a run that continues as new sooner makes its successor wait
};

}  // namespace server::workflow

#pragma once
// What the history role is told by its configuration. Every bound of the role is here, by name.

#include <cstddef>
#include <cstdint>
#include <string>

#include "server/base/time.h"
#include "server/cluster/search_attribute_check.h"
#include "server/workflow/limits.h"

namespace server::history {

struct Options {
    std::int32_t shard_count = 4;
    std::string owner = "history";  // stored with each shard: who has it
    workflow::Limits workflow;
    cluster::SearchAttributeLimits search_attributes;  // of commands

    // Of all shards of the process together (cache/cache_budget.h). A run that somebody works on or
    // waits for is never evicted.
    std::size_t cached_run_bytes_max = 64 * 1024 * 1024;
    std::size_t cached_current_runs_max = 50'000;
    // Of one run, kept beside its state, so that a worker's next read needs no store.
    std::size_t recent_history_bytes_max = 64 * 1024;

    std::size_t outbox_queue_max = 10'000;  // tasks in memory; what is above waits in the store
    std::size_t outbox_concurrency_max = 64;
    std::int32_t outbox_page_rows = 256;
    // Done tasks leave the store by then, when nothing else is written.
    Duration outbox_flush_interval = 5s;
    Duration add_task_timeout = 10s;       // of the call to matching
    Duration workflow_call_timeout = 10s;  // of a call to another workflow's shard
    Duration task_retry_min = 50ms;
    Duration task_retry_max = 5s;
    int task_attempts_max = 10;  // of a task that fails for good, before it is dropped

    Duration timer_window = 1h;  // due times nearer than this are in memory
    std::size_t timer_concurrency_max = 32;
    std::int32_t timer_page_runs = 1000;
    Duration timer_retry = 1s;  // after a firing that could not be written

    Duration acquire_retry_min = 50ms;
    Duration acquire_retry_max = 2s;
    // A shard that another process has taken while the ring gives it to this one.
    Duration acquire_again_after = 1s;
    // A shard that has written nothing for so long asks whether it is still its owner's.
    Duration confirm_interval = 1min;

    std::int32_t history_page_batches_max = 256;
    // A page ends behind the batch that reaches it.
    std::size_t history_page_bytes_max = 2 * 1024 * 1024;
    Duration history_wait_max = 20s;
    Duration deadline_margin = 1s;  // long polls end this much before the caller's deadline
    std::size_t history_waiters_max = 1000;  // of one run

    // Of one run; a further one is refused as busy, and clients try again.
    std::size_t buffered_queries_max = 1;
    Duration query_wait_max = 30s;  // for callers without an earlier deadline
    // From this attempt of the workflow task on, queries are refused.
    std::int32_t query_task_attempts_max = 3;
};

}  // namespace server::history

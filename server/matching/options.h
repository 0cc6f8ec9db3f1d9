#pragma once
// Every limit and every time of the matching role. The defaults are Temporal's where it has one.

#include <cstddef>
#include <cstdint>
#include <string>

#include "server/base/time.h"

namespace server::matching {

struct Options {
    // Names this process in partition leases.
    std::string owner = "matching";

    // Polls: an empty success after long_poll, or poll_margin before the caller's deadline.
    Duration long_poll = 60s;
    Duration poll_margin = 1s;
    std::size_t pollers_max = 10'000;  // waiting at one partition
    Duration pollers_remembered_for = 5min;
    std::size_t pollers_remembered_max = 1'000;  // identities of one partition

    // A new task waits this long for a poller before it is written, if somebody polls and no older
    // task waits.
    Duration sync_match_wait = 200ms;
    std::size_t sync_match_tasks_max = 1'000;

    // History has a poll for itself so long while it commits a task for it; then the poll is there
    // for other tasks as well.
    Duration poll_taken_max = 500ms;

    // A sticky queue that nobody polled for so long refuses tasks and queries.
    Duration sticky_window = 10s;
    std::size_t sticky_tasks_max = 1'000;  // in memory, per sticky queue

    // Queries. One that no poller took is given up query_margin early if nobody polled for
    // poller_window.
    Duration poller_window = 20s;
    Duration query_margin = 1s;
    Duration query_wait_max = 60s;
    std::size_t queries_max = 1'000;  // open at one partition

    // Backlog: rows per commit and per read, tasks in memory, callers that wait for a commit.
    std::size_t spill_batch_max = 500;
    std::size_t spill_waiting_max = 10'000;
    std::int32_t backlog_page = 500;
    std::size_t backlog_loaded_max = 5'000;
    // Rows of dispatched tasks are deleted with the next write, at the latest after so long or so
    // many.
    Duration acknowledge_delay = 5s;
    std::size_t acknowledge_tasks_max = 1'000;
    // A backlog that has written nothing for so long asks whether it is still its owner's.
    Duration confirm_interval = 1min;

    // Backoff of a task that history could not start, and of a store that does not answer; doubled
    // up to the maximum.
    Duration task_retry_first = 100ms;
    Duration task_retry_max = 10s;
    Duration store_retry_first = 100ms;
    Duration store_retry_max = 2s;
    Duration record_started_timeout = 10s;

    // How many partitions a queue has: as set, or by its load, looked at every interval: one for
    // each partition_tasks_per_second, and never more than there are lanes in the cluster.
    int write_partitions = 0;  // 0: by load
    int read_partitions = 0;
    int queue_partitions_max = 16;
    double partition_tasks_per_second = 1'000;
    Duration partitions_interval = 10s;
    Duration partitions_shrink_after = 60s;  // of little load

    // What a partition has at the root at a time, and how long a task waits there for a poll. After
    // a failure it pauses.
    std::size_t forwarded_polls_max = 1;
    std::size_t forwarded_tasks_max = 20;
    Duration forward_wait_max = 30s;
    Duration forward_pause = 1s;

    // Partitions: in the process, and when one that nobody uses is unloaded.
    std::size_t partitions_max = 100'000;
    Duration idle_unload = 5min;

    // Worker instances that were shut down: their late polls end at once.
    Duration shut_down_remembered_for = 5min;
    std::size_t shut_down_remembered_max = 10'000;

    // How long stop() waits for calls that are with history or the store.
    Duration stop_wait_max = 10s;
};

}  // namespace server::matching

#pragma once
// Map of server/store. A store is six ports over one database, or over two where visibility has its
// own; nothing above this folder knows which database it is.
//
//   runs.h              shards, runs, history, outbox, due times; transitions commit
//   visibility.h        records to list and count
//   task_queues.h       partition leases and backlog
//   namespaces.h        namespaces
//   cluster_metadata.h  cluster id, number of shards
//   membership.h        the processes of the cluster, with leases
//
//   conflicts.h         what makes a write fail, in every store alike
//   visibility_cells.h  a record as filters see it          visibility_page.h   page tokens
//   schema_files.h      the files of schema/                packed_id.h         UUIDs in 16 bytes
//
//   memory/    keeps everything in maps; faults can be injected; deterministic, for the simulator
//   sqlite/    one file or :memory:, for `temporal server start-dev`
//   postgres/  shared by the processes of a cluster
//   schema/    versions of the tables, and the way from one to the next
//
// tests/contract holds every adapter to the same cases.

#include <cstdint>
#include <memory>

#include "server/store/cluster_metadata.h"
#include "server/store/membership.h"
#include "server/store/namespaces.h"
#include "server/store/runs.h"
#include "server/store/task_queues.h"
#include "server/store/visibility.h"

namespace server::store {

// What group commit saves: transactions committed, and writes in them.
struct StoreCounters {
    std::uint64_t commits = 0;
    std::uint64_t writes = 0;
};

class Store {
public:
    virtual ~Store() = default;

    virtual Runs& runs() = 0;
    virtual Visibility& visibility() = 0;
    virtual TaskQueues& task_queues() = 0;
    virtual Namespaces& namespaces() = 0;
    virtual ClusterMetadata& cluster_metadata() = 0;
    virtual Membership& membership() = 0;

    // Whether TransitionWrite::visibility commits with the transition. Where the records have a
    // database of their own it must be empty: they go through the outbox to visibility().write().
    virtual bool visibility_commits_with_transition() const = 0;

    // Waiting calls finish, later ones answer Unavailable, and the database is closed. Called
    // before the lanes it answers to are stopped, by a thread that may block. Safe to call twice.
    virtual void stop() = 0;
    virtual StoreCounters counters() const = 0;

    // "sqlite", "memory", "postgres": what GetClusterInfo reports.
    virtual std::string name() const = 0;
};

}  // namespace server::store

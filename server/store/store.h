#pragma once
// Map of server/store. A store is five ports over one database; nothing above this folder knows
// which database it is.
//
//   runs.h              shards, runs, history, outbox, due times; the transition is the unit of
//   commit visibility.h        records to list and count task_queues.h       partition leases and
//   backlog namespaces.h        namespaces cluster_metadata.h  cluster id, number of shards
//
//   conflicts.h         what makes a write fail, in every store alike
//   visibility_cells.h  a record as filters see it          visibility_page.h   page tokens
//   schema_files.h      the files of schema/
//
//   memory/    keeps everything in maps; faults can be injected; deterministic, for the simulator
//   sqlite/    one file or :memory:, for `temporal server start-dev`
//
// tests/contract holds every adapter to the same cases.

#include <memory>

#include "server/store/cluster_metadata.h"
#include "server/store/namespaces.h"
#include "server/store/runs.h"
#include "server/store/task_queues.h"
#include "server/store/visibility.h"

namespace server::store {

class Store {
public:
    virtual ~Store() = default;

    virtual Runs& runs() = 0;
    virtual Visibility& visibility() = 0;
    virtual TaskQueues& task_queues() = 0;
    virtual Namespaces& namespaces() = 0;
    virtual ClusterMetadata& cluster_metadata() = 0;

    // "sqlite", "memory", "postgres": what GetClusterInfo reports.
    virtual std::string name() const = 0;
};

}  // namespace server::store

#pragma once
// A store that keeps everything in maps and loses it at the end: for tests and the simulator.
//
//   memory_store.h   the store, which owns the tables and the faults
//   tables.h         the maps and what a write does to them
//   membership.h     the members of the cluster
//   ports.h          the ports: each call waits its turns, then reads or writes
//   faults.h         failures, unknown outcomes and delays on demand
//
// Every call suspends at least once, so a caller meets the interleavings a real database would
// show. Without threads of its own it is deterministic; with many lanes it is safe, the tables have
// a mutex.

#include <memory>

#include "server/runtime/clock.h"
#include "server/store/memory/faults.h"
#include "server/store/memory/tables.h"
#include "server/store/store.h"

namespace server::store::memory {

class MemoryStore final : public Store {
public:
    MemoryStore();
    // `clock` is what a database would call now; it outlives the store.
    explicit MemoryStore(const Clock& clock);
    // The same database as another process reaches it, with faults of its own.
    explicit MemoryStore(const MemoryStore& other);
    ~MemoryStore() override;

    Runs& runs() override;
    Visibility& visibility() override;
    TaskQueues& task_queues() override;
    Namespaces& namespaces() override;
    ClusterMetadata& cluster_metadata() override;
    Membership& membership() override;
    bool visibility_commits_with_transition() const override { return one_database_; }
    void stop() override {}
    StoreCounters counters() const override { return {}; }
    std::string name() const override { return "memory"; }

    // Changed only where no call is running on another thread.
    Faults& faults();
    // Everything that is kept. Looked at only where no call is running on another thread.
    const Tables& tables() const;
    // Says that visibility has a database of its own. Before the first call.
    void give_visibility_its_own_database() { one_database_ = false; }

private:
    struct Shared;
    struct Parts;
    explicit MemoryStore(std::shared_ptr<Shared> shared);

    std::shared_ptr<Shared> shared_;
    bool one_database_ = true;
    std::unique_ptr<Parts> parts_;
};

}  // namespace server::store::memory

#include "server/store/memory/memory_store.h"

#include "server/store/memory/membership.h"
#include "server/store/memory/ports.h"

namespace server::store::memory {

struct MemoryStore::Parts {
    explicit Parts(const Clock* given) : membership(given == nullptr ? system_clock : *given) {}

    SystemClock system_clock;
    Access access;
    MemoryRuns runs{access};
    MemoryVisibility visibility{access};
    MemoryTaskQueues task_queues{access};
    MemoryNamespaces namespaces{access};
    MemoryClusterMetadata cluster_metadata{access};
    MemoryMembership membership;
};

MemoryStore::MemoryStore() : parts_(std::make_unique<Parts>(nullptr)) {}
MemoryStore::MemoryStore(const Clock& clock) : parts_(std::make_unique<Parts>(&clock)) {}
MemoryStore::~MemoryStore() = default;

Runs& MemoryStore::runs() { return parts_->runs; }
Visibility& MemoryStore::visibility() { return parts_->visibility; }
TaskQueues& MemoryStore::task_queues() { return parts_->task_queues; }
Namespaces& MemoryStore::namespaces() { return parts_->namespaces; }
ClusterMetadata& MemoryStore::cluster_metadata() { return parts_->cluster_metadata; }
Membership& MemoryStore::membership() { return parts_->membership; }
Faults& MemoryStore::faults() { return parts_->access.faults(); }
const Tables& MemoryStore::tables() const { return parts_->access.tables(); }

}  // namespace server::store::memory

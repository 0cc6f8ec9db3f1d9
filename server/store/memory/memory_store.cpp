#include "server/store/memory/memory_store.h"

#include "server/store/memory/ports.h"

namespace server::store::memory {

struct MemoryStore::Parts {
    Access access;
    MemoryRuns runs{access};
    MemoryVisibility visibility{access};
    MemoryTaskQueues task_queues{access};
    MemoryNamespaces namespaces{access};
    MemoryClusterMetadata cluster_metadata{access};
};

MemoryStore::MemoryStore() : parts_(std::make_unique<Parts>()) {}
MemoryStore::~MemoryStore() = default;

Runs& MemoryStore::runs() { return parts_->runs; }
Visibility& MemoryStore::visibility() { return parts_->visibility; }
TaskQueues& MemoryStore::task_queues() { return parts_->task_queues; }
Namespaces& MemoryStore::namespaces() { return parts_->namespaces; }
ClusterMetadata& MemoryStore::cluster_metadata() { return parts_->cluster_metadata; }
Faults& MemoryStore::faults() { return parts_->access.faults(); }

}  // namespace server::store::memory

#include "server/store/memory/memory_store.h"

#include "server/store/memory/membership.h"
#include "server/store/memory/ports.h"

namespace server::store::memory {

struct MemoryStore::Shared {
    explicit Shared(const Clock* given) : members(given == nullptr ? system_clock : *given) {}

    SystemClock system_clock;
    Database database;
    MemberTable members;
};

struct MemoryStore::Parts {
    explicit Parts(Shared& shared) : access(shared.database), membership(access, shared.members) {}

    Access access;
    MemoryRuns runs{access};
    MemoryVisibility visibility{access};
    MemoryTaskQueues task_queues{access};
    MemoryNamespaces namespaces{access};
    MemoryClusterMetadata cluster_metadata{access};
    MembershipPort membership;
};

MemoryStore::MemoryStore(std::shared_ptr<Shared> shared)
    : shared_(std::move(shared)), parts_(std::make_unique<Parts>(*shared_)) {}
MemoryStore::MemoryStore() : MemoryStore(std::make_shared<Shared>(nullptr)) {}
MemoryStore::MemoryStore(const Clock& clock) : MemoryStore(std::make_shared<Shared>(&clock)) {}
MemoryStore::MemoryStore(const MemoryStore& other) : MemoryStore(other.shared_) {
    one_database_ = other.one_database_;
}
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

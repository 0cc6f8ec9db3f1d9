#pragma once
// Members in memory: those of the simulator's cluster, and the one process of an SQLite file, whose
// lock keeps others out, so nothing of it has to outlive the process.

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "server/runtime/clock.h"
#include "server/store/membership.h"

namespace server::store::memory {

// Every lane.
class MemoryMembership final : public Membership {
public:
    // The clock, which stands for that of a database, outlives it.
    explicit MemoryMembership(const Clock& clock) : clock_(clock) {}

    Async<Result<std::vector<MemberRecord>>> heartbeat(std::vector<MemberRecord> own,
                                                       Duration lease) override;
    Async<Result<std::vector<MemberRecord>>> list() override;
    Async<Status> leave(std::string host_id) override;
    Async<Result<bool>> expire(MemberRecord seen) override;

private:
    std::vector<MemberRecord> live();
    void remove(const std::string& host_id);

    const Clock& clock_;
    std::mutex mutex_;
    std::map<std::pair<std::string, Role>, MemberRecord> members_;  // by host id
};

}  // namespace server::store::memory

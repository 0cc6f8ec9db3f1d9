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

// The rows; any lane. What the calls mean: store/membership.h.
class MemberTable {
public:
    // The clock, which stands for that of a database, outlives it.
    explicit MemberTable(const Clock& clock) : clock_(clock) {}

    std::vector<MemberRecord> heartbeat(std::vector<MemberRecord> own, Duration lease);
    std::vector<MemberRecord> list();
    void leave(const std::string& host_id);
    bool expire(const MemberRecord& seen);

private:
    std::vector<MemberRecord> live();
    void remove(const std::string& host_id);

    const Clock& clock_;
    std::mutex mutex_;
    std::map<std::pair<std::string, Role>, MemberRecord> members_;  // by host id
};

// The port over a table of its own.
class MemoryMembership final : public Membership {
public:
    explicit MemoryMembership(const Clock& clock) : table_(clock) {}

    Async<Result<std::vector<MemberRecord>>> heartbeat(std::vector<MemberRecord> own,
                                                       Duration lease) override {
        co_return table_.heartbeat(std::move(own), lease);
    }
    Async<Result<std::vector<MemberRecord>>> list() override { co_return table_.list(); }
    Async<Status> leave(std::string host_id) override {
        table_.leave(host_id);
        co_return ok_status();
    }
    Async<Result<bool>> expire(MemberRecord seen) override { co_return table_.expire(seen); }

private:
    MemberTable table_;
};

}  // namespace server::store::memory

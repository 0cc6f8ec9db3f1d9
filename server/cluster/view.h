#pragma once
// The cluster as one process sees it at one moment: an immutable snapshot of the live members and
// the rings made of them.

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "server/cluster/ring.h"
#include "server/store/membership.h"

namespace server::cluster {

class View {
public:
    // Shares the rings that are as they were in `before`, if there is one: rings are dear, and each
    // heartbeat makes a view.
    explicit View(std::vector<store::MemberRecord> members = {}, const View* before = nullptr);

    const std::vector<store::MemberRecord>& members() const { return members_; }
    // Draining members are out of the ring.
    const Ring& ring(Role role) const { return *rings_[static_cast<std::size_t>(role) - 1]; }
    // Null when the process plays no role that is live.
    const store::MemberRecord* find_host(const std::string& host_id) const;
    // Whether rings and hosts are the same; leases may differ.
    bool same_members(const View& other) const;

private:
    std::vector<store::MemberRecord> members_;
    std::array<std::shared_ptr<const Ring>, kRoles.size()> rings_;  // by role; never null
};

using ViewPtr = std::shared_ptr<const View>;

}  // namespace server::cluster

#include "server/cluster/view.h"

#include <algorithm>

namespace server::cluster {

namespace {

std::vector<std::string> addresses_of(const std::vector<store::MemberRecord>& members, Role role) {
    std::vector<std::string> addresses;
    for (const store::MemberRecord& member : members) {
        if (member.role == role && !member.draining) addresses.push_back(member.address);
    }
    std::sort(addresses.begin(), addresses.end());
    return addresses;
}

bool same_member(const store::MemberRecord& left, const store::MemberRecord& right) {
    return left.host_id == right.host_id && left.role == right.role &&
           left.address == right.address && left.draining == right.draining;
}

}  // namespace

View::View(std::vector<store::MemberRecord> members, const View* before)
    : members_(std::move(members)) {
    for (const Role role : kRoles) {
        const std::size_t index = static_cast<std::size_t>(role) - 1;
        std::vector<std::string> addresses = addresses_of(members_, role);
        const bool same = before != nullptr && before->ring(role).addresses() == addresses;
        rings_[index] =
            same ? before->rings_[index] : std::make_shared<const Ring>(std::move(addresses));
    }
}

const store::MemberRecord* View::find_host(const std::string& host_id) const {
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [&](const auto& member) { return member.host_id == host_id; });
    return found == members_.end() ? nullptr : &*found;
}

bool View::same_members(const View& other) const {
    return std::equal(members_.begin(), members_.end(), other.members_.begin(),
                      other.members_.end(), same_member);
}

}  // namespace server::cluster

#include "server/store/memory/membership.h"

#include <algorithm>
#include <tuple>

namespace server::store::memory {

namespace {

bool listed_earlier(const MemberRecord& left, const MemberRecord& right) {
    return std::tie(left.role, left.session_start, left.host_id) <
           std::tie(right.role, right.session_start, right.host_id);
}

}  // namespace

std::vector<MemberRecord> MemberTable::heartbeat(std::vector<MemberRecord> own, Duration lease) {
    const std::lock_guard lock(mutex_);
    const TimePoint now = clock_.now();
    for (MemberRecord& record : own) {
        const std::pair key{record.host_id, record.role};
        const auto known = members_.find(key);
        const bool lives = known != members_.end() && known->second.expires > now;
        record.session_start = lives ? known->second.session_start : now;
        record.last_heartbeat = now;
        record.expires = saturating_add(now, lease);
        members_[key] = std::move(record);
    }
    return live();
}

std::vector<MemberRecord> MemberTable::list() {
    const std::lock_guard lock(mutex_);
    return live();
}

void MemberTable::leave(const std::string& host_id) {
    const std::lock_guard lock(mutex_);
    remove(host_id);
}

bool MemberTable::expire(const MemberRecord& seen) {
    const std::lock_guard lock(mutex_);
    const auto known = members_.find({seen.host_id, seen.role});
    if (known == members_.end() || known->second.last_heartbeat != seen.last_heartbeat) {
        return false;
    }
    remove(seen.host_id);
    return true;
}

std::vector<MemberRecord> MemberTable::live() {
    std::vector<MemberRecord> found;
    const TimePoint now = clock_.now();
    std::erase_if(members_, [&](const auto& entry) { return entry.second.expires <= now; });
    for (const auto& [key, record] : members_) found.push_back(record);
    std::sort(found.begin(), found.end(), listed_earlier);
    return found;
}

void MemberTable::remove(const std::string& host_id) {
    std::erase_if(members_, [&](const auto& entry) { return entry.first.first == host_id; });
}

}  // namespace server::store::memory

#include "server/matching/partition/recent_pollers.h"

#include "server/matching/partition/wire_time.h"

namespace server::matching {

void RecentPollers::seen(const PollerInfo& poller, TimePoint now) {
    if (poller.identity().empty()) return;
    auto [entry, is_new] = entries_.try_emplace(poller.identity());
    if (!is_new) {
        auto [first, last] = by_time_.equal_range(entry->second.last_access);
        while (first != last && first->second != poller.identity()) ++first;
        if (first != last) by_time_.erase(first);
    }
    entry->second = Entry{poller, now};
    by_time_.emplace(now, poller.identity());
    while (by_time_.size() > identities_max_ || by_time_.begin()->first < now - remembered_for_) {
        entries_.erase(by_time_.begin()->second);
        by_time_.erase(by_time_.begin());
    }
}

std::vector<RecentPollers::PollerInfo> RecentPollers::list(TimePoint now) const {
    std::vector<PollerInfo> pollers;
    for (auto at = by_time_.rbegin(); at != by_time_.rend(); ++at) {
        if (at->first < now - remembered_for_) break;
        const Entry& entry = entries_.at(at->second);
        pollers.push_back(entry.info);
        *pollers.back().mutable_last_access_time() = to_timestamp(entry.last_access);
    }
    return pollers;
}

}  // namespace server::matching

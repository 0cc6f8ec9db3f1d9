#include "server/history/cache/run_cache.h"

#include <utility>

namespace server::history {

std::shared_ptr<CachedRun> RunCache::get(const RunKey& run) {
    if (const auto found = entries_.find(run); found != entries_.end()) {
        least_recent_first_.splice(least_recent_first_.end(), least_recent_first_,
                                   found->second.used);
        return found->second.run;
    }
    auto made = std::make_shared<CachedRun>(run);
    least_recent_first_.push_back(run);
    Entry entry{made, made->size_bytes(), std::prev(least_recent_first_.end())};
    count(0, entry.bytes);
    entries_.emplace(run, std::move(entry));
    evict();
    return made;
}

CachedRun* RunCache::find(const RunKey& run) const {
    const auto found = entries_.find(run);
    return found == entries_.end() ? nullptr : found->second.run.get();
}

void RunCache::resized(const CachedRun& run) {
    const auto found = entries_.find(run.key);
    if (found == entries_.end() || found->second.run.get() != &run) return;
    const std::size_t before = std::exchange(found->second.bytes, run.size_bytes());
    count(before, found->second.bytes);
    evict();
}

void RunCache::for_each(const std::function<void(CachedRun&)>& visit) const {
    for (const auto& [key, entry] : entries_) visit(*entry.run);
}

void RunCache::clear() {
    entries_.clear();
    least_recent_first_.clear();
    count(bytes_, 0);
}

void RunCache::count(std::size_t before, std::size_t now) {
    bytes_ = bytes_ - before + now;
    budget_.take(now);
    budget_.give_back(before);
}

void RunCache::evict() {
    // Runs in use are passed over, and only so many looked at: the next call goes on from the same
    // end.
    constexpr int kLooksMax = 64;
    auto candidate = least_recent_first_.begin();
    for (int looks = 0; budget_.exceeded_by(bytes_) && looks < kLooksMax; ++looks) {
        if (candidate == least_recent_first_.end()) return;
        const auto found = entries_.find(*candidate);
        const bool in_use = found->second.run.use_count() > 1;
        if (in_use) {
            ++candidate;
            continue;
        }
        count(found->second.bytes, 0);
        candidate = least_recent_first_.erase(candidate);
        entries_.erase(found);
    }
}

}  // namespace server::history

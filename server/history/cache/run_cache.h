#pragma once
// The runs of one shard in memory, bounded by the bytes of all shards; the longest unused ones
// leave first. A run that somebody holds (shared_ptr) stays. Lives on the shard's lane.

#include <functional>
#include <list>
#include <memory>
#include <unordered_map>

#include "server/history/cache/cache_budget.h"
#include "server/history/cache/cached_run.h"

namespace server::history {

class RunCache {
public:
    explicit RunCache(CacheBudget& budget) : budget_(budget) {}
    ~RunCache() { clear(); }
    RunCache(const RunCache&) = delete;
    RunCache& operator=(const RunCache&) = delete;

    // The run's entry, made on first use; its state may not be loaded.
    std::shared_ptr<CachedRun> get(const RunKey& run);
    // Null when it has no entry. Does not count as a use.
    CachedRun* find(const RunKey& run) const;

    // The entry grew or shrank: counts it anew and evicts.
    void resized(const CachedRun& run);

    // Only where nobody holds or waits for a run.
    void clear();
    void for_each(const std::function<void(CachedRun&)>& visit) const;

    std::size_t size() const { return entries_.size(); }
    std::size_t size_bytes() const { return bytes_; }

private:
    struct Entry {
        std::shared_ptr<CachedRun> run;
        std::size_t bytes = 0;
        std::list<RunKey>::iterator used;
    };
    void count(std::size_t before, std::size_t now);
    void evict();

    CacheBudget& budget_;
    std::size_t bytes_ = 0;
    std::unordered_map<RunKey, Entry> entries_;
    std::list<RunKey> least_recent_first_;
};

}  // namespace server::history

#pragma once
// What the caches of one kind may hold together, over all shards of a process: bytes, or entries. A
// busy shard may use most of it; while the sum is above the bound, each cache that is above its
// equal share gives way when it next changes. So the sum stays below twice the bound: those within
// their share hold at most one bound, and the others have not grown since the sum was within it.
// The one thing that shards of several lanes share.

#include <atomic>
#include <cstddef>

namespace server::history {

class CacheBudget {
public:
    CacheBudget(std::size_t max, std::size_t caches) : max_(max), share_(max / caches) {}

    void take(std::size_t amount) { taken_.fetch_add(amount, std::memory_order_relaxed); }
    void give_back(std::size_t amount) { taken_.fetch_sub(amount, std::memory_order_relaxed); }
    // Whether a cache that holds this much is to give way.
    bool exceeded_by(std::size_t held) const { return held > share_ && taken() > max_; }
    std::size_t taken() const { return taken_.load(std::memory_order_relaxed); }

private:
    const std::size_t max_;
    const std::size_t share_;
    std::atomic<std::size_t> taken_{0};
};

// Of the history role.
struct CacheBudgets {
    CacheBudget run_bytes;
    CacheBudget current_runs;
};

}  // namespace server::history
